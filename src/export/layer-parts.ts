import type { Graph, Value } from '../onnx/graph.ts';
import { add, div, matMul, mul, reduceMean, sigmoid, sqrt } from '../onnx/ops.ts';
import type { StoredWeights } from './stored-weights.ts';

/**
 * Root mean square norm over the last axis (Zhang & Sennrich, arXiv 1910.07467) in plain operators: the fused one of
 * onnxruntime is no standard operator, and checkers refuse it.
 */
export function rmsNorm(graph: Graph, x: Value, scale: Value, epsilon: number): Value {
  const meanSquare = reduceMean(graph, mul(graph, x, x), { axes: [-1] });
  const size = sqrt(graph, add(graph, meanSquare, graph.scalar(epsilon)));
  return mul(graph, div(graph, x, size), scale);
}

/** `x W^T + b` for the projection of this name; the bias only where the model has one. x `[batch, sequence, in]` */
export function linear(graph: Graph, weights: StoredWeights, name: string, x: Value): Value {
  const product = matMul(graph, x, weights.get(`${name}.weight`)); // [batch, sequence, out]
  const bias = weights.find(`${name}.bias`);
  return bias ? add(graph, product, bias) : product;
}

/** The gated MLP of one layer without norm and residual: `down(silu(gate(x)) * up(x))` (Shazeer, arXiv 2002.05202). */
export function mlpGraph(graph: Graph, weights: StoredWeights, layer: number, x: Value): Value {
  const project = (part: string, input: Value): Value => linear(graph, weights, `model.layers.${layer}.mlp.${part}_proj`, input);
  const gate = project('gate', x); // [batch, sequence, channels]
  const activated = mul(graph, gate, sigmoid(graph, gate));
  return project('down', mul(graph, activated, project('up', x))); // [batch, sequence, d]
}
