import { ShapeMismatchError } from './graph-errors.ts';
import type { Dim, Graph, Shape, Value } from './graph.ts';

export const formatShape = (shape: Shape): string => `[${shape.join(', ')}]`;

/** The axis counted from the front. Throws {@link ShapeMismatchError} when it is out of range. */
export function positiveAxis(axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(positive) || positive < 0 || positive >= rank) {
    throw new ShapeMismatchError(`Axis ${axis} does not exist in rank ${rank}.`);
  }
  return positive;
}

/** The size along an axis, which may be negative. */
export function dimAt(shape: Shape, axis: number): Dim {
  const dim = shape[positiveAxis(axis, shape.length)];
  if (dim === undefined) throw new ShapeMismatchError(`Axis ${axis} does not exist in ${formatShape(shape)}.`);
  return dim;
}

/**
 * Shape of an element-wise operation (multidirectional broadcasting). A named size meets only itself and 1, so that
 * which axes are broadcast is known before the graph runs. Throws {@link ShapeMismatchError}.
 */
export function broadcastShapes(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left === right || right === 1) return left;
    if (left === 1) return right;
    throw new ShapeMismatchError(`Shapes ${formatShape(a)} and ${formatShape(b)} do not broadcast.`);
  });
}

/** Both sizes have to be the same. Throws {@link ShapeMismatchError}. */
export function sameDim(op: string, left: Dim, right: Dim): Dim {
  if (left !== right) throw new ShapeMismatchError(`${op} joins sizes ${left} and ${right}, which differ.`);
  return left;
}

/** Throws {@link ShapeMismatchError} unless all values have one type. */
export function sameType(op: string, ...values: readonly Value[]): void {
  const types = new Set(values.map((value) => value.type));
  if (types.size > 1) throw new ShapeMismatchError(`${op} was given mixed types: ${[...types].join(', ')}.`);
}

/** Product of sizes: a number, the one named size if the rest is 1, or a new name. */
export function productDim(graph: Graph, dims: Shape): Dim {
  const rest = dims.filter((dim) => dim !== 1);
  const [only] = rest;
  if (rest.length === 1 && only !== undefined) return only;
  const product = rest.reduce<number | null>((total, dim) => (total === null || typeof dim === 'string' ? null : total * dim), 1);
  return product ?? graph.freshDim();
}
