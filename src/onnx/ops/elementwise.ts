import type { DataType, Graph, Value } from '../graph.ts';
import { intAttribute } from '../graph.ts';
import { broadcastShapes, sameType } from '../shapes.ts';

type Unary = (graph: Graph, x: Value) => Value;
type Binary = (graph: Graph, a: Value, b: Value) => Value;

const unary =
  (op: string): Unary =>
  (graph, x) =>
    graph.single(op, [x], x.type, x.shape);

const binary =
  (op: string, result?: DataType): Binary =>
  (graph, a, b) => {
    sameType(op, a, b);
    return graph.single(op, [a, b], result ?? a.type, broadcastShapes(a.shape, b.shape));
  };

export const add = binary('Add');
export const sub = binary('Sub');
export const mul = binary('Mul');
export const div = binary('Div');
export const neg = unary('Neg');
export const exp = unary('Exp');
export const log = unary('Log');
export const sqrt = unary('Sqrt');
export const reciprocal = unary('Reciprocal');
export const sigmoid = unary('Sigmoid');
export const cos = unary('Cos');
export const sin = unary('Sin');
export const identity = unary('Identity');

export const equal = binary('Equal', 'bool');
export const less = binary('Less', 'bool');
export const lessOrEqual = binary('LessOrEqual', 'bool');
export const greater = binary('Greater', 'bool');
export const greaterOrEqual = binary('GreaterOrEqual', 'bool');
export const and = binary('And', 'bool');
export const not = unary('Not');

/** `condition ? a : b`, element by element. */
export function where(graph: Graph, condition: Value, a: Value, b: Value): Value {
  sameType('Where', a, b);
  const shape = broadcastShapes(condition.shape, broadcastShapes(a.shape, b.shape));
  return graph.single('Where', [condition, a, b], a.type, shape);
}

/** Codes of TensorProto.DataType. */
const TYPE_CODES: Readonly<Record<DataType, number>> = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9, float16: 10 };

export function cast(graph: Graph, x: Value, to: DataType): Value {
  if (x.type === to) return x;
  return graph.single('Cast', [x], to, x.shape, { attributes: { to: intAttribute(TYPE_CODES[to]) } });
}
