import type { Graph, Value } from '../../onnx/graph.ts';
import { add, cast, div, mul, reduceMean, sigmoid, sqrt } from '../../onnx/ops.ts';
import type { GraphWeights } from './graph-weights.ts';

/**
 * Root mean square norm over the last axis (Zhang & Sennrich, arXiv 1910.07467) in plain operators: the fused one of
 * onnxruntime is no standard operator, and checkers refuse it. Squares and their mean are float32, beyond which float16
 * would soon be.
 */
export function rmsNorm(graph: Graph, x: Value, scale: Value, epsilon: number): Value {
  const wide = cast(graph, x, 'float32');
  const meanSquare = reduceMean(graph, mul(graph, wide, wide), { axes: [-1] });
  const size = sqrt(graph, add(graph, meanSquare, graph.scalar(epsilon)));
  return mul(graph, cast(graph, div(graph, wide, size), x.type), scale);
}

/** `x W^T + b` for the projection of this name; the bias only where the model has one. x `[batch, sequence, in]` */
export function linear(graph: Graph, weights: GraphWeights, name: string, x: Value): Value {
  const product = weights.project(graph, `${name}.weight`, x); // [batch, sequence, out]
  const bias = weights.find(`${name}.bias`);
  return bias ? add(graph, product, bias) : product;
}

/** The gated MLP of one layer without norm and residual: `down(silu(gate(x)) * up(x))` (Shazeer, arXiv 2002.05202). */
export function mlpGraph(graph: Graph, weights: GraphWeights, layer: number, x: Value): Value {
  const project = (part: string, input: Value): Value => linear(graph, weights, `model.layers.${layer}.mlp.${part}_proj`, input);
  const gate = project('gate', x); // [batch, sequence, channels]
  const activated = mul(graph, gate, sigmoid(graph, gate));
  return project('down', mul(graph, activated, project('up', x))); // [batch, sequence, d]
}
