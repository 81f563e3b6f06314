import { ShapeMismatchError } from '../graph-errors.ts';
import type { Dim, Graph, Shape, Value } from '../graph.ts';
import { intAttribute, intsAttribute } from '../graph.ts';
import { dimAt, formatShape, positiveAxis, productDim, sameDim, sameType } from '../shapes.ts';

/**
 * Reshape to constant sizes, where 0 keeps the size at its place and -1 takes what is left. `shape` names the result
 * where inference cannot: a -1 that no number or single name follows from.
 */
export function reshape(graph: Graph, x: Value, dims: readonly number[], shape?: Shape): Value {
  return graph.single('Reshape', [x, graph.ints(dims)], x.type, shape ?? reshapedShape(graph, x, dims));
}

/** Reshape to sizes that are themselves computed or fed (`sizes`, int64); `shape` states what they will be. */
export function reshapeTo(graph: Graph, x: Value, sizes: Value, shape: Shape): Value {
  return graph.single('Reshape', [x, sizes], x.type, shape);
}

function reshapedShape(graph: Graph, x: Value, dims: readonly number[]): Shape {
  const known = dims.map((dim, axis) => (dim === 0 ? dimAt(x.shape, axis) : dim));
  const left = [...x.shape];
  let divisor = 1;
  for (const dim of known) {
    if (dim === -1) continue;
    const same = left.indexOf(dim);
    if (same >= 0) left.splice(same, 1);
    else if (typeof dim === 'number') divisor *= dim;
    else throw new ShapeMismatchError(`Reshape of ${formatShape(x.shape)} to [${dims.join(', ')}] loses ${dim}.`);
  }
  const rest = productDim(graph, left);
  if (typeof rest === 'string') return known.map((dim) => (dim === -1 ? (divisor === 1 ? rest : graph.freshDim()) : dim));
  const quotient = rest / divisor;
  if (known.includes(-1) ? !Number.isInteger(quotient) : quotient !== 1) {
    throw new ShapeMismatchError(`${formatShape(x.shape)} cannot be reshaped to [${dims.join(', ')}].`);
  }
  return known.map((dim) => (dim === -1 ? quotient : dim));
}

/** The sizes of a value as int64 `[rank]`, or those from axis `start` to before `end`. */
export function shapeOf(graph: Graph, x: Value, start = 0, end = x.shape.length): Value {
  const attributes = { start: intAttribute(start), end: intAttribute(end) };
  return graph.single('Shape', [x], 'int64', [end - start], start === 0 && end === x.shape.length ? {} : { attributes });
}

/** Axis `i` of the result is axis `perm[i]` of `x`. */
export function transpose(graph: Graph, x: Value, perm: readonly number[]): Value {
  const axes = new Set(perm.map((axis) => positiveAxis(axis, x.shape.length)));
  if (axes.size !== x.shape.length) throw new ShapeMismatchError(`[${perm.join(', ')}] is no permutation for ${formatShape(x.shape)}.`);
  const shape = perm.map((axis) => dimAt(x.shape, axis));
  return graph.single('Transpose', [x], x.type, shape, { attributes: { perm: intsAttribute(perm) } });
}

/** A matrix: axes before `axis` become its rows, the others its columns. */
export function flatten(graph: Graph, x: Value, axis = 1): Value {
  const shape = [productDim(graph, x.shape.slice(0, axis)), productDim(graph, x.shape.slice(axis))];
  return graph.single('Flatten', [x], x.type, shape, { attributes: { axis: intAttribute(axis) } });
}

/** Joins along an axis. `dim` names the joined size where not all parts are numbers. */
export function concat(graph: Graph, values: readonly Value[], axis: number, dim?: Dim): Value {
  const [first] = values;
  if (!first) throw new ShapeMismatchError('Concat of nothing.');
  sameType('Concat', ...values);
  const at = positiveAxis(axis, first.shape.length);
  let total: Dim | null = 0;
  for (const { shape } of values) {
    shape.forEach((size, index) => index === at || sameDim('Concat', size, dimAt(first.shape, index)));
    const size = dimAt(shape, at);
    total = typeof size === 'number' && total !== null ? total + size : null;
  }
  const joined = dim ?? total ?? graph.freshDim();
  const shape = first.shape.map((size, index) => (index === at ? joined : size));
  return graph.single('Concat', values, first.type, shape, { attributes: { axis: intAttribute(at) } });
}

/** Parts of the given sizes along an axis. */
export function split(graph: Graph, x: Value, sizes: readonly number[], axis: number): Value[] {
  const at = positiveAxis(axis, x.shape.length);
  const outputs = sizes.map((size) => ({ type: x.type, shape: x.shape.map((dim, index) => (index === at ? size : dim)) }));
  return graph.node('Split', [x, graph.ints(sizes)], outputs, { attributes: { axis: intAttribute(at) } });
}

export interface SliceOptions {
  readonly axis: number;
  /** Constant or int64 `[1]`; negative counts from the end. */
  readonly start: number | Value;
  /** Constant or int64 `[1]`; default: to the end. */
  readonly end?: number | Value;
  /** Names the size of the result where it does not follow from numbers. */
  readonly dim?: Dim;
}

/** The largest int64 that a JavaScript number holds exactly; ONNX clamps ends to the size. */
const TO_THE_END = Number.MAX_SAFE_INTEGER;

/** A contiguous piece along one axis. */
export function slice(graph: Graph, x: Value, { axis, start, end = TO_THE_END, dim }: SliceOptions): Value {
  const at = positiveAxis(axis, x.shape.length);
  const size = dim ?? slicedSize(dimAt(x.shape, at), start, end) ?? graph.freshDim();
  const bound = (value: number | Value): Value => (typeof value === 'number' ? graph.ints([value]) : value);
  const shape = x.shape.map((whole, index) => (index === at ? size : whole));
  return graph.single('Slice', [x, bound(start), bound(end), graph.ints([at])], x.type, shape);
}

function slicedSize(size: Dim, start: number | Value, end: number | Value): number | null {
  if (typeof size !== 'number' || typeof start !== 'number' || typeof end !== 'number') return null;
  const place = (bound: number): number => Math.min(Math.max(bound < 0 ? bound + size : bound, 0), size);
  return Math.max(place(end) - place(start), 0);
}

/** Adds axes of size 1 at these places of the result. */
export function unsqueeze(graph: Graph, x: Value, axes: readonly number[]): Value {
  const rank = x.shape.length + axes.length;
  const added = new Set(axes.map((axis) => positiveAxis(axis, rank)));
  const rest = [...x.shape];
  const shape = Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : (rest.shift() ?? 1)));
  return graph.single('Unsqueeze', [x, graph.ints(axes)], x.type, shape);
}

/** Removes axes of size 1. */
export function squeeze(graph: Graph, x: Value, axes: readonly number[]): Value {
  const gone = new Set(axes.map((axis) => positiveAxis(axis, x.shape.length)));
  return graph.single('Squeeze', [x, graph.ints(axes)], x.type, x.shape.filter((_, axis) => !gone.has(axis)));
}

/** Broadcasts to sizes that are computed or fed (int64); `shape` states the result. */
export function expand(graph: Graph, x: Value, sizes: Value, shape: Shape): Value {
  return graph.single('Expand', [x, sizes], x.type, shape);
}
