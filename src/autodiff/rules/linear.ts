import type { Graph, Value } from '../../onnx/graph.ts';
import { gemm, matMul, transpose } from '../../onnx/ops.ts';
import { gradientOf, intOf, operands } from '../rule.ts';
import type { Rule, RuleTable } from '../rule.ts';
import { unbroadcast } from '../unbroadcast.ts';

/** The last two axes swapped. */
function transposeMatrices(graph: Graph, x: Value): Value {
  const rank = x.shape.length;
  const batch = Array.from({ length: rank - 2 }, (_, axis) => axis);
  return transpose(graph, x, [...batch, rank - 1, rank - 2]);
}

const matMulRule: Rule = (context) => {
  const { graph, node } = context;
  const [a, b] = operands(node);
  const gradient = gradientOf(context);
  return [
    () => unbroadcast(graph, matMul(graph, gradient, transposeMatrices(graph, b)), a.shape),
    () => unbroadcast(graph, transposedProduct(graph, a, gradient), b.shape),
  ];
};

/**
 * A^T Y. Where A grows with the text in both directions (attention weights) and Y does not, as (Y^T A)^T: that
 * transposes the narrow matrices instead of the large one.
 */
function transposedProduct(graph: Graph, a: Value, y: Value): Value {
  const isNarrow = typeof a.shape.at(-1) === 'string' && typeof y.shape.at(-1) === 'number';
  if (!isNarrow) return matMul(graph, transposeMatrices(graph, a), y);
  return transposeMatrices(graph, matMul(graph, transposeMatrices(graph, y), a));
}

/** Y = A' B' + C, where A' and B' are transposed if their flags say so: dA' = dY B'^T, dB' = A'^T dY. */
const gemmRule: Rule = (context) => {
  const { graph, node } = context;
  const [a, b] = operands(node);
  const c = node.inputs[2];
  const gradient = gradientOf(context);
  const transA = intOf(node, 'transA', 0) === 1;
  const transB = intOf(node, 'transB', 0) === 1;
  return [
    () => (transA ? gemm(graph, b, gradient, { transA: transB, transB: true }) : gemm(graph, gradient, b, { transB: !transB })),
    () => (transB ? gemm(graph, gradient, a, { transA: true, transB: transA }) : gemm(graph, a, gradient, { transA: !transA })),
    c ? () => unbroadcast(graph, gradient, c.shape) : null,
  ];
};

export const linearRules: RuleTable = { MatMul: matMulRule, Gemm: gemmRule };
