import { queryHeads } from '../model/spec.ts';
import type { ModelSpec } from '../model/spec.ts';
import type { Graph, Value } from '../onnx/graph.ts';
import { add, concat, gather, gemm, matMul, reshape, reshapeTo, shapeOf } from '../onnx/ops.ts';
import { attentionGraph, pastInputs } from './attention-graph.ts';
import type { Cache, DecoderContext } from './attention-graph.ts';
import { mlpGraph, rmsNorm } from './layer-parts.ts';
import { BATCH, positionGraph, SEQUENCE, TOTAL } from './position-graph.ts';
import type { Positions } from './position-graph.ts';
import type { StoredWeights } from './stored-weights.ts';

const EMBEDDING = 'model.embed_tokens.weight';

/**
 * A whole decoder-only transformer with cache: inputs, nodes and outputs in the layout that optimum established and
 * transformers.js and onnxruntime-genai read. Cache tensors carry the layer's index; a layer without attention has none.
 */
export function decoderGraph(graph: Graph, spec: ModelSpec, weights: StoredWeights): void {
  const inputIds = graph.input('input_ids', 'int64', [BATCH, SEQUENCE]);
  const attentionMask = graph.input('attention_mask', 'int64', [BATCH, TOTAL]);
  const positionIds = graph.input('position_ids', 'int64', [BATCH, SEQUENCE]);
  const embedded = gather(graph, weights.get(EMBEDDING), inputIds); // [batch, sequence, d]
  // Without any attention the two inputs stay, so that callers need not care, and nothing is computed from them.
  const attends = spec.layers.some((shape) => queryHeads(shape) > 0);
  const positions = attends ? positionGraph(graph, spec, attentionMask, positionIds) : null;
  const { hidden, presents } = layersGraph({ graph, spec, weights }, positions, embedded);
  const normed = rmsNorm(graph, hidden, weights.get('model.norm.weight'), spec.rmsEpsilon);
  graph.output('logits', headGraph({ graph, spec, weights }, normed, inputIds));
  for (const [layer, { key, value }] of presents) {
    graph.output(`present.${layer}.key`, key);
    graph.output(`present.${layer}.value`, value);
  }
}

interface Layers {
  /** `[batch, sequence, d]`, before the final norm */
  readonly hidden: Value;
  /** The cache after this run, by layer. */
  readonly presents: ReadonlyMap<number, Cache>;
}

function layersGraph(context: DecoderContext, positions: Positions | null, embedded: Value): Layers {
  const { graph, spec, weights } = context;
  const presents = new Map<number, Cache>();
  let hidden = embedded;
  spec.layers.forEach((shape, layer) => {
    const norm = (name: string): Value => rmsNorm(graph, hidden, weights.get(`model.layers.${layer}.${name}.weight`), spec.rmsEpsilon);
    if (positions !== null && queryHeads(shape) > 0) {
      const past = pastInputs(graph, spec, layer);
      const { output, present } = attentionGraph(context, positions, norm('input_layernorm'), layer, past);
      presents.set(layer, present);
      hidden = add(graph, hidden, output);
    }
    if (shape.channels > 0) hidden = add(graph, hidden, mlpGraph(graph, weights, layer, norm('post_attention_layernorm')));
  });
  return { hidden, presents };
}

/** Logits `[batch, sequence, vocabulary]`. A tied head shares the embedding's initializer, which Gemm can read transposed. */
function headGraph({ graph, spec, weights }: DecoderContext, hidden: Value, inputIds: Value): Value {
  if (!spec.tiedHead) return matMul(graph, hidden, weights.get('lm_head.weight'));
  const rows = reshape(graph, hidden, [-1, spec.hidden]); // [batch * sequence, d]
  const logits = gemm(graph, rows, weights.get(EMBEDDING), { transB: true }); // [batch * sequence, vocabulary]
  const sizes = concat(graph, [shapeOf(graph, inputIds), graph.ints([spec.vocabulary])], 0);
  return reshapeTo(graph, logits, sizes, [BATCH, SEQUENCE, spec.vocabulary]);
}
