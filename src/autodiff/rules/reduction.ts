import type { Graph, Node, Value } from '../../onnx/graph.ts';
import { cast, div, equal, exp, expand, mul, reduceSum, shapeOf, sub } from '../../onnx/ops.ts';
import { dimAt, positiveAxis } from '../../onnx/shapes.ts';
import { NoGradientRuleError } from '../autodiff-errors.ts';
import { constantInts, gradientOf, inputOf, intOf, intsOf, outputOf } from '../rule.ts';
import type { Rule, RuleTable } from '../rule.ts';

function axesOf(graph: Graph, node: Node): number[] {
  const rank = inputOf(node, 0).shape.length;
  const input = node.inputs[1];
  const axes = input ? constantInts(graph, input) : intsOf(node, 'axes');
  return axes.map((axis) => positiveAxis(axis, rank));
}

/** Puts reduced axes back as size 1, so that a reduced value broadcasts against what it was reduced from. */
function withReducedAxes(graph: Graph, node: Node, reduced: Value): Value {
  if (intOf(node, 'keepdims', 1) === 1) return reduced;
  const axes = new Set(axesOf(graph, node));
  const input = inputOf(node, 0);
  const shape = input.shape.map((dim, axis) => (axes.has(axis) ? 1 : dim));
  return graph.single('Unsqueeze', [reduced, graph.ints([...axes].sort((a, b) => a - b))], reduced.type, shape);
}

const spread = (graph: Graph, node: Node, gradient: Value): Value => {
  const input = inputOf(node, 0);
  return expand(graph, withReducedAxes(graph, node, gradient), shapeOf(graph, input), input.shape);
};

const sumRule: Rule = (context) => [() => spread(context.graph, context.node, gradientOf(context))];

const meanRule: Rule = (context) => {
  const { graph, node } = context;
  return [
    () => {
      const { shape, type } = inputOf(node, 0);
      const count = axesOf(graph, node).reduce((product, axis) => product * numericDim(node, dimAt(shape, axis)), 1);
      return spread(graph, node, mul(graph, gradientOf(context), graph.scalar(1 / count, type)));
    },
  ];
};

function numericDim(node: Node, dim: number | string): number {
  if (typeof dim === 'number') return dim;
  throw new NoGradientRuleError(`${node.op} over ${dim}, whose size is not known, has no gradient.`);
}

/** The derivative of log sum exp is the softmax, exp(x - y). */
const logSumExpRule: Rule = (context) => {
  const { graph, node } = context;
  return [
    () => {
      const lifted = withReducedAxes(graph, node, outputOf(node));
      const shares = exp(graph, sub(graph, inputOf(node, 0), lifted));
      return mul(graph, shares, withReducedAxes(graph, node, gradientOf(context)));
    },
  ];
};

/** Elements that share the maximum share its gradient equally. */
const maxRule: Rule = (context) => {
  const { graph, node } = context;
  return [
    () => {
      const input = inputOf(node, 0);
      const lifted = withReducedAxes(graph, node, outputOf(node));
      const atMaximum = cast(graph, equal(graph, input, lifted), input.type);
      const count = reduceSum(graph, atMaximum, { axes: axesOf(graph, node) });
      return mul(graph, atMaximum, div(graph, withReducedAxes(graph, node, gradientOf(context)), count));
    },
  ];
};

/** dX = s (dS - sum(dS s)) along the axis (Bridle 1990). */
const softmaxRule: Rule = (context) => {
  const { graph, node } = context;
  return [
    () => {
      const shares = outputOf(node);
      const weighted = mul(graph, gradientOf(context), shares);
      const total = reduceSum(graph, weighted, { axes: [intOf(node, 'axis', -1)] });
      return sub(graph, weighted, mul(graph, shares, total));
    },
  ];
};

export const reductionRules: RuleTable = {
  ReduceSum: sumRule,
  ReduceMean: meanRule,
  ReduceMax: maxRule,
  ReduceLogSumExp: logSumExpRule,
  Softmax: softmaxRule,
};
