import type { Graph, Shape, Value } from '../graph.ts';
import { intAttribute, intsAttribute } from '../graph.ts';
import { positiveAxis } from '../shapes.ts';

/** From this version of the operator set every reduction takes its axes as an input; ReduceSum did from 13. */
const AXES_AS_INPUT = 18;

export interface ReduceOptions {
  readonly axes: readonly number[];
  /** Keeps reduced axes as size 1. Default true. */
  readonly keepDims?: boolean;
}

type Reduction = (graph: Graph, x: Value, options: ReduceOptions) => Value;

function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): Shape {
  const gone = new Set(axes.map((axis) => positiveAxis(axis, shape.length)));
  return keepDims ? shape.map((dim, axis) => (gone.has(axis) ? 1 : dim)) : shape.filter((_, axis) => !gone.has(axis));
}

const reduction =
  (op: string, inputSince: number): Reduction =>
  (graph, x, { axes, keepDims = true }) => {
    const shape = reducedShape(x.shape, axes, keepDims);
    const keepdims = intAttribute(keepDims ? 1 : 0);
    if (graph.opset >= inputSince) return graph.single(op, [x, graph.ints(axes)], x.type, shape, { attributes: { keepdims } });
    return graph.single(op, [x], x.type, shape, { attributes: { keepdims, axes: intsAttribute(axes) } });
  };

export const reduceSum = reduction('ReduceSum', 13);
export const reduceMean = reduction('ReduceMean', AXES_AS_INPUT);
export const reduceMax = reduction('ReduceMax', AXES_AS_INPUT);
export const reduceLogSumExp = reduction('ReduceLogSumExp', AXES_AS_INPUT);

/** Index (int64) of the largest element along an axis; the first of equals. */
export function argMax(graph: Graph, x: Value, axis: number, keepDims = false): Value {
  const attributes = { axis: intAttribute(axis), keepdims: intAttribute(keepDims ? 1 : 0) };
  return graph.single('ArgMax', [x], 'int64', reducedShape(x.shape, [axis], keepDims), { attributes });
}

export function softmax(graph: Graph, x: Value, axis = -1): Value {
  return graph.single('Softmax', [x], x.type, x.shape, { attributes: { axis: intAttribute(positiveAxis(axis, x.shape.length)) } });
}
