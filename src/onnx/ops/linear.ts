import { ShapeMismatchError } from '../graph-errors.ts';
import type { Graph, Value } from '../graph.ts';
import { intAttribute } from '../graph.ts';
import { broadcastShapes, dimAt, formatShape, sameDim, sameType } from '../shapes.ts';

/** Matrix product over the last two axes, the axes before them broadcast. Both operands have rank 2 or more. */
export function matMul(graph: Graph, a: Value, b: Value): Value {
  sameType('MatMul', a, b);
  if (a.shape.length < 2 || b.shape.length < 2) {
    throw new ShapeMismatchError(`MatMul needs rank 2 or more: ${formatShape(a.shape)}, ${formatShape(b.shape)}.`);
  }
  sameDim('MatMul', dimAt(a.shape, -1), dimAt(b.shape, -2));
  const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return graph.single('MatMul', [a, b], a.type, [...batch, dimAt(a.shape, -2), dimAt(b.shape, -1)]);
}

export interface GemmOptions {
  readonly transA?: boolean;
  readonly transB?: boolean;
  /** Added to the product; broadcast in one direction to its shape. */
  readonly c?: Value;
}

/** `op(A) op(B) + C` on matrices; op transposes where asked. */
export function gemm(graph: Graph, a: Value, b: Value, { transA = false, transB = false, c }: GemmOptions = {}): Value {
  sameType('Gemm', a, b, ...(c ? [c] : []));
  if (a.shape.length !== 2 || b.shape.length !== 2) {
    throw new ShapeMismatchError(`Gemm needs matrices: ${formatShape(a.shape)}, ${formatShape(b.shape)}.`);
  }
  sameDim('Gemm', dimAt(a.shape, transA ? 0 : 1), dimAt(b.shape, transB ? 1 : 0));
  const shape = [dimAt(a.shape, transA ? 1 : 0), dimAt(b.shape, transB ? 0 : 1)];
  if (c && formatShape(broadcastShapes(c.shape, shape)) !== formatShape(shape)) {
    throw new ShapeMismatchError(`Gemm cannot add ${formatShape(c.shape)} to ${formatShape(shape)}.`);
  }
  const attributes = { transA: intAttribute(transA ? 1 : 0), transB: intAttribute(transB ? 1 : 0) };
  return graph.single('Gemm', c ? [a, b, c] : [a, b], a.type, shape, { attributes });
}
