import type { Graph, Value } from '../../onnx/graph.ts';
import { add, gemm, mul, sigmoid, simplifiedLayerNormalization } from '../../onnx/ops.ts';
import type { ModelSpec } from '../spec.ts';
import type { ModuleGraph } from './module-graph.ts';

/** Gated MLP with SiLU (SwiGLU; Shazeer, arXiv 2002.05202), residual included: `x + down(silu(gate(n)) * up(n))`, n = norm(x). */
export function mlpGraph(graph: Graph, spec: ModelSpec): ModuleGraph {
  const { hidden, mlpBias } = spec;
  const x = graph.input('x', 'float32', ['tokens', hidden]);
  const tensors = new Map<string, Value>();
  const weight = (name: string, shape: (number | string)[]): Value => {
    const value = graph.input(name, 'float32', shape);
    tensors.set(name, value);
    return value;
  };
  const norm = weight('post_attention_layernorm.weight', [hidden]);
  const normed = simplifiedLayerNormalization(graph, x, norm, spec.rmsEpsilon); // [tokens, hidden]
  const project = (part: 'gate' | 'up'): Value => {
    const matrix = weight(`mlp.${part}_proj.weight`, ['channels', hidden]);
    const bias = mlpBias ? weight(`mlp.${part}_proj.bias`, ['channels']) : undefined;
    return gemm(graph, normed, matrix, { transB: true, ...(bias && { c: bias }) }); // [tokens, channels]
  };
  const gate = project('gate');
  const up = project('up');
  const activated = mul(graph, mul(graph, gate, sigmoid(graph, gate)), up);
  const down = weight('mlp.down_proj.weight', [hidden, 'channels']);
  const residual = mlpBias ? add(graph, x, weight('mlp.down_proj.bias', [hidden])) : x;
  return { x, tensors, products: { gate, up }, projected: activated, output: gemm(graph, activated, down, { transB: true, c: residual }) };
}
