import { queryHeads } from '../../model/spec.ts';
import type { Value } from '../../onnx/graph.ts';
import { add, cast, concat, gather, gemm, matMulNBits, neg, reshape, reshapeTo, shapeOf, slice } from '../../onnx/ops.ts';
import { plainAttention } from './attention-graph.ts';
import { BATCH, pastInputs, SEQUENCE, TOTAL } from './decoder-context.ts';
import type { Attend, Cache, DecoderContext } from './decoder-context.ts';
import { fusedAttention } from './fused-attention-graph.ts';
import { mlpGraph, rmsNorm } from './layer-parts.ts';

/** By operators of the standard, or by onnxruntime's GroupQueryAttention. */
export type AttentionKind = 'plain' | 'gqa';

const EMBEDDING = 'model.embed_tokens.weight';
const HEAD = 'lm_head.weight';
/** Name of the size along which logits are cut. */
const KEPT = 'logits_length';

/**
 * A whole decoder-only transformer with cache: inputs, nodes and outputs in the layout that optimum established and
 * transformers.js and onnxruntime-genai read. Cache tensors carry the layer's index; a layer without attention has none.
 * Logits are float32 and those of the last `num_logits_to_keep` positions, of all where that is 0.
 */
export function decoderGraph(context: DecoderContext, kind: AttentionKind): void {
  const { graph, weights } = context;
  const inputIds = graph.input('input_ids', 'int64', [BATCH, SEQUENCE]);
  const attend = attentionOf(context, kind);
  const kept = graph.input('num_logits_to_keep', 'int64', []); // onnxruntime-genai feeds [1]: see the reshape
  const embedded = gather(graph, weights.get(EMBEDDING), inputIds); // [batch, sequence, d]
  const { hidden, presents } = layersGraph(context, attend, embedded);
  // -0 is 0: from the first position on.
  const last = slice(graph, hidden, { axis: 1, start: reshape(graph, neg(graph, kept), [1]), dim: KEPT });
  graph.output('logits', cast(graph, headGraph(context, last), 'float32'));
  for (const [layer, { key, value }] of presents) {
    graph.output(`present.${layer}.key`, key);
    graph.output(`present.${layer}.value`, value);
  }
}

/** Declares the inputs that positions follow from. Without any attention they stay, so that callers need not care; null. */
function attentionOf(context: DecoderContext, kind: AttentionKind): Attend | null {
  const { graph, spec } = context;
  const attends = spec.layers.some((shape) => queryHeads(shape) > 0);
  const attentionMask = graph.input('attention_mask', 'int64', [BATCH, TOTAL]);
  if (kind === 'gqa') return attends ? fusedAttention(context, attentionMask) : null;
  const positionIds = graph.input('position_ids', 'int64', [BATCH, SEQUENCE]);
  return attends ? plainAttention(context, attentionMask, positionIds) : null;
}

interface Layers {
  /** `[batch, sequence, d]`, before the final norm */
  readonly hidden: Value;
  /** The cache after this run, by layer. */
  readonly presents: ReadonlyMap<number, Cache>;
}

function layersGraph(context: DecoderContext, attend: Attend | null, embedded: Value): Layers {
  const { graph, spec, weights } = context;
  const presents = new Map<number, Cache>();
  let hidden = embedded;
  spec.layers.forEach((shape, layer) => {
    const norm = (name: string): Value => rmsNorm(graph, hidden, weights.get(`model.layers.${layer}.${name}.weight`), spec.rmsEpsilon);
    if (attend !== null && queryHeads(shape) > 0) {
      const { output, present } = attend(norm('input_layernorm'), layer, pastInputs(context, layer));
      presents.set(layer, present);
      hidden = add(graph, hidden, output);
    }
    if (shape.channels > 0) hidden = add(graph, hidden, mlpGraph(graph, weights, layer, norm('post_attention_layernorm')));
  });
  return { hidden, presents };
}

/**
 * The final norm and logits `[batch, kept, vocabulary]`. Gemm reads the head as it is, row by row; a tied one is the
 * embedding's own initializer.
 */
function headGraph({ graph, spec, weights }: DecoderContext, hidden: Value): Value {
  const normed = rmsNorm(graph, hidden, weights.get('model.norm.weight'), spec.rmsEpsilon);
  const name = spec.tiedHead ? EMBEDDING : HEAD;
  const fourBits = weights.findFourBits(name);
  if (fourBits) return matMulNBits(graph, normed, fourBits);
  const rows = reshape(graph, normed, [-1, spec.hidden]); // [batch * kept, d]
  const logits = gemm(graph, rows, weights.get(name), { transB: true }); // [batch * kept, vocabulary]
  const sizes = concat(graph, [shapeOf(graph, normed, 0, 2), graph.ints([spec.vocabulary])], 0);
  return reshapeTo(graph, logits, sizes, [BATCH, KEPT, spec.vocabulary]);
}
