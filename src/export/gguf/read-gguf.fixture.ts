import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gguf } from '@huggingface/gguf';
import type { GGUFTensorInfo } from '@huggingface/gguf';
import type { PlainModel } from '../../model/reference-forward.fixture.ts';
import type { ModelSpec } from '../../model/spec.ts';

/** A GGUF file as another reader than ours finds it. */
export interface ReadFile {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly tensors: ReadonlyMap<string, ReadTensor>;
  /** Where the tensors' data begins. */
  readonly dataStart: number;
}

export interface ReadTensor {
  /** As Hugging Face counts: outermost first. */
  readonly shape: readonly number[];
  readonly type: 'F32' | 'F16' | 'Q8_0';
  /** From the start of the data. */
  readonly offset: number;
  readonly byteLength: number;
  readonly values: Float32Array;
}

/** IEEE 754 binary16, by its definition. */
function half(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15 === 0 ? 1 : -1, (bits >> 10) & 31, bits & 1023];
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

function valueAt(view: DataView, type: ReadTensor['type'], start: number, index: number): number {
  if (type === 'F32') return view.getFloat32(start + 4 * index, true);
  if (type === 'F16') return half(view.getUint16(start + 2 * index, true));
  const block = start + 34 * Math.floor(index / 32);
  return half(view.getUint16(block, true)) * view.getInt8(block + 2 + (index % 32));
}

function readTensor(view: DataView, dataStart: number, info: GGUFTensorInfo): ReadTensor {
  const type = ({ 0: 'F32', 1: 'F16', 8: 'Q8_0' } as const)[Number(info.dtype)];
  if (type === undefined) throw new RangeError(`type ${info.dtype}`);
  const shape = info.shape.map(Number).reverse();
  const count = shape.reduce((product, side) => product * side, 1);
  const offset = Number(info.offset);
  const values = Float32Array.from({ length: count }, (_, index) => valueAt(view, type, dataStart + offset, index));
  return { shape, type, offset, byteLength: type === 'Q8_0' ? (count / 32) * 34 : count * (type === 'F16' ? 2 : 4), values };
}

export async function readGguf(bytes: Uint8Array): Promise<ReadFile> {
  const folder = mkdtempSync(join(tmpdir(), 'gguf-'));
  try {
    const path = join(folder, 'model.gguf');
    writeFileSync(path, bytes);
    const { metadata, tensorInfos, tensorDataOffset } = await gguf(path, { allowLocalFile: true });
    const dataStart = Number(tensorDataOffset);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    return { metadata: { ...metadata }, dataStart, tensors: new Map(tensorInfos.map((info) => [info.name, readTensor(view, dataStart, info)])) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const PARTS: readonly (readonly [gguf: string, huggingFace: string])[] = [
  ['attn_norm.weight', 'input_layernorm.weight'],
  ['attn_output.weight', 'self_attn.o_proj.weight'],
  ['attn_output.bias', 'self_attn.o_proj.bias'],
  ['attn_q_norm.weight', 'self_attn.q_norm.weight'],
  ['attn_k_norm.weight', 'self_attn.k_norm.weight'],
  ['attn_v.weight', 'self_attn.v_proj.weight'],
  ['attn_v.bias', 'self_attn.v_proj.bias'],
  ['ffn_norm.weight', 'post_attention_layernorm.weight'],
  ...['gate', 'up', 'down'].flatMap((part) => ['weight', 'bias'].map((kind) => [`ffn_${part}.${kind}`, `mlp.${part}_proj.${kind}`] as const)),
];

/** Rows of a head from neighbouring pairs to halves. */
function inHalves(values: Float32Array, rows: number, headDim: number): Float32Array {
  const width = values.length / rows;
  return values.map((_, index) => {
    const [row, column] = [Math.floor(index / width), index % width];
    const [head, place] = [Math.floor(row / headDim), row % headDim];
    const pair = place % (headDim / 2);
    return values[(head * headDim + 2 * pair + (place < headDim / 2 ? 0 : 1)) * width + column] ?? Number.NaN;
  });
}

/** Sizes of the layers as the file states them. */
function layersOf(metadata: ReadFile['metadata'], architecture: string): ModelSpec['layers'] {
  const count = Number(metadata[`${architecture}.block_count`]);
  const sizes = (key: string): number[] => {
    const value = metadata[`${architecture}.${key}`];
    return Array.isArray(value) ? value.map(Number) : Array.from({ length: count }, () => Number(value));
  };
  const [queries, keys, channels] = [sizes('attention.head_count'), sizes('attention.head_count_kv'), sizes('feed_forward_length')];
  return queries.map((heads, layer) => ({
    queryGroups: Array.from({ length: keys[layer] ?? 0 }, () => heads / (keys[layer] ?? 0)),
    channels: channels[layer] ?? 0,
  }));
}

/** The model that a file holds, back in the Hugging Face layout: written from llama.cpp's sources, sharing nothing with the writer. */
export function modelOf({ metadata, tensors }: ReadFile, original: ModelSpec): PlainModel {
  const architecture = String(metadata['general.architecture']);
  const layers = layersOf(metadata, architecture);
  const { headDim, hidden } = original;
  const found = new Map<string, Float32Array>();
  const take = (from: string, to: string): void => {
    const tensor = tensors.get(from);
    if (tensor) found.set(to, tensor.values);
  };
  take('token_embd.weight', 'model.embed_tokens.weight');
  take('output_norm.weight', 'model.norm.weight');
  take('output.weight', 'lm_head.weight');
  for (const [layer, { queryGroups }] of layers.entries()) {
    const [blk, prefix] = [`blk.${layer}.`, `model.layers.${layer}.`];
    for (const [from, to] of PARTS) take(blk + from, prefix + to);
    for (const [part, kind] of ['q', 'k'].flatMap((one) => [[one, 'weight'] as const, [one, 'bias'] as const])) {
      const tensor = tensors.get(`${blk}attn_${part}.${kind}`);
      if (!tensor) continue;
      const values = ['llama', 'deci'].includes(architecture) ? inHalves(tensor.values, tensor.shape[0] ?? 0, headDim) : tensor.values;
      found.set(`${prefix}self_attn.${part}_proj.${kind}`, values);
    }
    const fused = tensors.get(`${blk}attn_qkv.weight`);
    if (!fused) continue;
    const keys = queryGroups.length * headDim * hidden;
    const queries = fused.values.length - 2 * keys;
    found.set(`${prefix}self_attn.q_proj.weight`, fused.values.subarray(0, queries));
    found.set(`${prefix}self_attn.k_proj.weight`, fused.values.subarray(queries, queries + keys));
    found.set(`${prefix}self_attn.v_proj.weight`, fused.values.subarray(queries + keys));
  }
  return { spec: { ...original, layers, windows: null, tiedHead: !tensors.has('output.weight') }, tensors: found };
}
