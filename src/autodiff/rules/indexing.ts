import type { Graph, Value } from '../../onnx/graph.ts';
import { cast, equal, gather, range, shapeOf, unsqueeze, where } from '../../onnx/ops.ts';
import { dimAt, formatShape, positiveAxis } from '../../onnx/shapes.ts';
import { NoGradientRuleError } from '../autodiff-errors.ts';
import { gradientOf, intOf, operands } from '../rule.ts';
import type { Rule, RuleTable } from '../rule.ts';

/** int32 `0, 1, ...` as long as `axis` of `x`, shaped to broadcast along that axis. */
function positionsAlong(graph: Graph, x: Value, axis: number): Value {
  const dim = dimAt(x.shape, axis);
  const size =
    typeof dim === 'number'
      ? graph.scalar(dim, 'int32')
      : cast(graph, gather(graph, shapeOf(graph, x), graph.scalar(axis, 'int64')), 'int32');
  const positions = range(graph, graph.scalar(0, 'int32'), size, graph.scalar(1, 'int32'), dim);
  const trailing = Array.from({ length: x.shape.length - axis - 1 }, (_, index) => index + 1);
  return trailing.length > 0 ? unsqueeze(graph, positions, trailing) : positions;
}

/**
 * One index along the axis for each place of the other axes. The gradient is put in its place by comparison instead of
 * a scatter, which is not deterministic on GPUs and needs a zeroed tensor first.
 */
const gatherElementsRule: Rule = (context) => {
  const { graph, node } = context;
  const [x, indices] = operands(node);
  const axis = positiveAxis(intOf(node, 'axis', 0), x.shape.length);
  return [
    () => {
      const one = formatShape(x.shape.map((dim, index) => (index === axis ? 1 : dim)));
      if (formatShape(indices.shape) !== one) throw new NoGradientRuleError(`GatherElements by other indices than ${one} has no gradient.`);
      const gradient = gradientOf(context);
      const chosen = equal(graph, cast(graph, indices, 'int32'), positionsAlong(graph, x, axis));
      return where(graph, chosen, gradient, graph.scalar(0, gradient.type));
    },
    null,
  ];
};

/** Gather has no rule: rows that are read twice need a sum in a fixed order, see `scatterAddRows` of the runtime. */
export const indexingRules: RuleTable = { GatherElements: gatherElementsRule };
