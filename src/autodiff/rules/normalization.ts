import { add, div, mul, reciprocal, reduceMean, sqrt, sub } from '../../onnx/ops.ts';
import { floatOf, gradientOf, operands } from '../rule.ts';
import type { Rule, RuleTable } from '../rule.ts';
import { unbroadcast } from '../unbroadcast.ts';

/** With r = 1 / sqrt(mean(x^2) + epsilon), n = x r and g = dY scale: dX = r (g - n mean(g n)), dScale = sum(dY n). */
const rmsNormRule: Rule = (context) => {
  const { graph, node } = context;
  const [x, scale] = operands(node);
  const gradient = gradientOf(context);
  const last = { axes: [-1] };
  const square = reduceMean(graph, mul(graph, x, x), last);
  const root = sqrt(graph, add(graph, square, graph.scalar(floatOf(node, 'epsilon'), x.type)));
  const normalized = div(graph, x, root);
  return [
    () => {
      const scaled = mul(graph, gradient, scale);
      const along = reduceMean(graph, mul(graph, scaled, normalized), last);
      return mul(graph, sub(graph, scaled, mul(graph, normalized, along)), reciprocal(graph, root));
    },
    () => unbroadcast(graph, mul(graph, gradient, normalized), scale.shape),
  ];
};

export const normalizationRules: RuleTable = { SimplifiedLayerNormalization: rmsNormRule };
