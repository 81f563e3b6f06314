import type { Graph, Value } from '../../onnx/graph.ts';
import { concat, reshape, reshapeTo, shapeOf, split, transpose, zerosOf } from '../../onnx/ops.ts';
import { dimAt, positiveAxis } from '../../onnx/shapes.ts';
import { unbroadcast } from '../unbroadcast.ts';
import { NoGradientRuleError } from '../autodiff-errors.ts';
import { constantInts, gradientOf, inputOf, intOf, intsOf } from '../rule.ts';
import type { Rule, RuleTable } from '../rule.ts';

/** The gradient in the input's shape. Constant sizes where they suffice: they cost no node when the graph runs. */
function inShapeOf(graph: Graph, gradient: Value, input: Value): Value {
  const named = input.shape.filter((dim) => typeof dim === 'string').length;
  if (named > 1) return reshapeTo(graph, gradient, shapeOf(graph, input), input.shape);
  return reshape(graph, gradient, input.shape.map((dim) => (typeof dim === 'string' ? -1 : dim)), input.shape);
}

/** For every operator that only renames places: Reshape, Flatten, Squeeze, Unsqueeze. */
const relabelRule: Rule = (context) => [() => inShapeOf(context.graph, gradientOf(context), inputOf(context.node, 0)), null];

const transposeRule: Rule = (context) => {
  const { graph, node } = context;
  const perm = intsOf(node, 'perm');
  return [() => transpose(graph, gradientOf(context), perm.map((_, axis) => perm.indexOf(axis)))];
};

const expandRule: Rule = (context) => {
  const { graph, node } = context;
  return [() => unbroadcast(graph, gradientOf(context), inputOf(node, 0).shape), null];
};

const concatRule: Rule = (context) => {
  const { graph, node } = context;
  const axis = intOf(node, 'axis', 0);
  const sizes = node.inputs.map((_, index) => numericSize(dimAt(inputOf(node, index).shape, axis)));
  let parts: Value[] | undefined;
  const partAt = (index: number): Value => {
    parts ??= split(graph, gradientOf(context), sizes, axis);
    const part = parts[index];
    if (!part) throw new NoGradientRuleError(`Concat has no input ${index}.`);
    return part;
  };
  return sizes.map((_, index) => () => partAt(index));
};

const splitRule: Rule = (context) => {
  const { graph, node, outputGradients } = context;
  const axis = intOf(node, 'axis', 0);
  return [
    () => {
      const parts = node.outputs.map((output, index) => outputGradients[index] ?? zerosOf(graph, shapeOf(graph, output), output.shape));
      return concat(graph, parts, axis, dimAt(inputOf(node, 0).shape, axis));
    },
    null,
  ];
};

/** The gradient of what was cut away is 0 on both sides of the piece. */
const sliceRule: Rule = (context) => {
  const { graph, node } = context;
  return [
    () => {
      const input = inputOf(node, 0);
      const [axis = 0, ...others] = constantInts(graph, inputOf(node, 3));
      if (others.length > 0) throw new NoGradientRuleError('Slice along several axes at once has no gradient.');
      const at = positiveAxis(axis, input.shape.length);
      const size = numericSize(dimAt(input.shape, at));
      const [start = 0] = constantInts(graph, inputOf(node, 1));
      const before = Math.min(start < 0 ? Math.max(start + size, 0) : start, size);
      const gradient = gradientOf(context);
      const after = size - before - numericSize(dimAt(gradient.shape, at));
      const pads = (count: number): number[] => input.shape.map((_, index) => (index === at ? count : 0));
      const padding = graph.ints([...pads(before), ...pads(after)]);
      return graph.single('Pad', [gradient, padding, graph.scalar(0, gradient.type)], gradient.type, input.shape);
    },
    null,
    null,
    null,
  ];
};

function numericSize(dim: number | string): number {
  if (typeof dim === 'number') return dim;
  throw new NoGradientRuleError(`A piece of size ${dim}, which is not known, has no gradient.`);
}

export const layoutRules: RuleTable = {
  Reshape: relabelRule,
  Flatten: relabelRule,
  Squeeze: relabelRule,
  Unsqueeze: relabelRule,
  Transpose: transposeRule,
  Expand: expandRule,
  Concat: concatRule,
  Split: splitRule,
  Slice: sliceRule,
};
