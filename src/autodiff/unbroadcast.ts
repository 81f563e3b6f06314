import type { Graph, Shape, Value } from '../onnx/graph.ts';
import { reduceSum } from '../onnx/ops.ts';

/** The gradient of an operand that was broadcast from `shape`: the sum over the axes along which it was repeated. */
export function unbroadcast(graph: Graph, gradient: Value, shape: Shape): Value {
  const extra = gradient.shape.length - shape.length;
  const repeated = shape.flatMap((dim, axis) => (dim === 1 && gradient.shape[axis + extra] !== 1 ? [axis] : []));
  const leading = Array.from({ length: extra }, (_, axis) => axis);
  const inner = extra > 0 ? reduceSum(graph, gradient, { axes: leading, keepDims: false }) : gradient;
  return repeated.length > 0 ? reduceSum(graph, inner, { axes: repeated }) : inner;
}
