import type { Dim, Graph, Shape, Value } from '../graph.ts';
import { intAttribute } from '../graph.ts';
import { positiveAxis } from '../shapes.ts';

/** Rows of `x` along an axis, by int32 or int64 indices of any shape. */
export function gather(graph: Graph, x: Value, indices: Value, axis = 0): Value {
  const at = positiveAxis(axis, x.shape.length);
  const shape = [...x.shape.slice(0, at), ...indices.shape, ...x.shape.slice(at + 1)];
  return graph.single('Gather', [x, indices], x.type, shape, { attributes: { axis: intAttribute(at) } });
}

/** One element of `x` along an axis for each index; `indices` has the rank of `x`. */
export function gatherElements(graph: Graph, x: Value, indices: Value, axis: number): Value {
  const at = positiveAxis(axis, x.shape.length);
  return graph.single('GatherElements', [x, indices], x.type, indices.shape, { attributes: { axis: intAttribute(at) } });
}

/** `start, start + step, ...` below `limit`, all scalars of one type; `dim` names how many there are. */
export function range(graph: Graph, start: Value, limit: Value, step: Value, dim: Dim): Value {
  return graph.single('Range', [start, limit, step], start.type, [dim]);
}

/** Zeros (float32) of sizes that are computed or fed (int64); `shape` states the result. */
export function zerosOf(graph: Graph, sizes: Value, shape: Shape): Value {
  return graph.single('ConstantOfShape', [sizes], 'float32', shape);
}
