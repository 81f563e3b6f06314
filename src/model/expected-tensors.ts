import { kvHeads, queryHeads } from './spec.ts';
import type { LayerShape, ModelSpec } from './spec.ts';

type Shape = readonly number[];

function* attentionTensors(spec: ModelSpec, shape: LayerShape): Iterable<readonly [string, Shape]> {
  const queries = queryHeads(shape) * spec.headDim;
  const keys = kvHeads(shape) * spec.headDim;
  if (queries === 0) return;
  for (const [part, rows] of [['q', queries], ['k', keys], ['v', keys]] as const) {
    yield [`self_attn.${part}_proj.weight`, [rows, spec.hidden]];
    if (spec.qkvBias) yield [`self_attn.${part}_proj.bias`, [rows]];
  }
  yield ['self_attn.o_proj.weight', [spec.hidden, queries]];
  if (spec.outputBias) yield ['self_attn.o_proj.bias', [spec.hidden]];
  if (!spec.qkNorm) return;
  yield ['self_attn.q_norm.weight', [spec.headDim]];
  yield ['self_attn.k_norm.weight', [spec.headDim]];
}

function* mlpTensors(spec: ModelSpec, { channels }: LayerShape): Iterable<readonly [string, Shape]> {
  if (channels === 0) return;
  for (const [part, rows, columns] of [
    ['gate', channels, spec.hidden],
    ['up', channels, spec.hidden],
    ['down', spec.hidden, channels],
  ] as const) {
    yield [`mlp.${part}_proj.weight`, [rows, columns]];
    if (spec.mlpBias) yield [`mlp.${part}_proj.bias`, [rows]];
  }
}

/**
 * Every tensor of a model in the Hugging Face layout: shapes by full name. The two norms of a layer are there even where
 * their module is gone; a tied head is not.
 */
export function expectedTensors(spec: ModelSpec): Map<string, Shape> {
  const tensors = new Map<string, Shape>([['model.embed_tokens.weight', [spec.vocabulary, spec.hidden]]]);
  spec.layers.forEach((shape, layer) => {
    const prefix = `model.layers.${layer}.`;
    tensors.set(`${prefix}input_layernorm.weight`, [spec.hidden]);
    tensors.set(`${prefix}post_attention_layernorm.weight`, [spec.hidden]);
    for (const [name, size] of attentionTensors(spec, shape)) tensors.set(prefix + name, size);
    for (const [name, size] of mlpTensors(spec, shape)) tensors.set(prefix + name, size);
  });
  tensors.set('model.norm.weight', [spec.hidden]);
  if (!spec.tiedHead) tensors.set('lm_head.weight', [spec.vocabulary, spec.hidden]);
  return tensors;
}

/** The tensors of {@link expectedTensors} that are read: without the norms of removed modules, which a file may leave out. */
export function neededTensors(spec: ModelSpec): Map<string, Shape> {
  const tensors = expectedTensors(spec);
  spec.layers.forEach((shape, layer) => {
    if (queryHeads(shape) === 0) tensors.delete(`model.layers.${layer}.input_layernorm.weight`);
    if (shape.channels === 0) tensors.delete(`model.layers.${layer}.post_attention_layernorm.weight`);
  });
  return tensors;
}

/**
 * Matrices that an exported ONNX file stores turned, as `[in, out]`, unless they are in 4 bits: the projections, which stand on
 * the right of its MatMuls. All others, embedding and head among them, are stored in the Hugging Face layout.
 */
export const isStoredTurned = (name: string): boolean => name.endsWith('_proj.weight');
