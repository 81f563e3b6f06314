import { joinedBytes, presentBytes } from '../../base/lazy-bytes.ts';
import { neededTensors } from '../../model/expected-tensors.ts';
import { inverseFrequencies } from '../../model/rotary-tables.ts';
import type { ModelSpec } from '../../model/spec.ts';
import type { WeightSource } from '../../model/weights.ts';
import { encodeFloats } from '../encode-floats.ts';
import type { GgufType } from '../formats.ts';
import { BLOCK, Q8_BLOCK_BYTES, quantiseQ8 } from '../quantise.ts';
import { weightPieces } from '../weight-pieces.ts';
import { traitsOf } from './architecture.ts';
import type { Architecture } from './architecture.ts';
import type { GgufTensor, GgufTensorType } from './container.ts';

/** llama.cpp's names of what Hugging Face calls differently. Inside of layers both put the layer's number before. */
const MODEL_NAMES: Readonly<Record<string, string>> = {
  'model.embed_tokens': 'token_embd',
  'model.norm': 'output_norm',
  lm_head: 'output',
};
const LAYER_NAMES: Readonly<Record<string, string>> = {
  input_layernorm: 'attn_norm',
  'self_attn.q_proj': 'attn_q',
  'self_attn.k_proj': 'attn_k',
  'self_attn.v_proj': 'attn_v',
  'self_attn.o_proj': 'attn_output',
  'self_attn.q_norm': 'attn_q_norm',
  'self_attn.k_norm': 'attn_k_norm',
  post_attention_layernorm: 'ffn_norm',
  'mlp.gate_proj': 'ffn_gate',
  'mlp.up_proj': 'ffn_up',
  'mlp.down_proj': 'ffn_down',
};

function ggufName(name: string): string {
  const [, layer, module = name, part] = /^(?:model\.layers\.(\d+)\.)?(.+)\.(weight|bias)$/.exec(name) ?? [];
  const known = layer === undefined ? MODEL_NAMES[module] : LAYER_NAMES[module];
  if (known === undefined) throw new RangeError(`no name for ${name}`);
  return layer === undefined ? `${known}.${part}` : `blk.${layer}.${known}.${part}`;
}

/** Vectors stay float32. Rows that are not whole blocks cannot be quantised and are float16 instead. */
function storedType(shape: readonly number[], type: GgufType): GgufTensorType {
  const columns = shape[1];
  if (columns === undefined) return 'F32';
  return type === 'q8_0' && columns % BLOCK === 0 ? 'Q8_0' : 'F16';
}

const encoders: Readonly<Record<GgufTensorType, (values: Float32Array, tensor: string) => Uint8Array<ArrayBuffer>>> = {
  F32: (values, tensor) => encodeFloats(values, 'float32', tensor),
  F16: (values, tensor) => encodeFloats(values, 'float16', tensor),
  Q8_0: quantiseQ8,
};

function bytesOf(shape: readonly number[], type: GgufTensorType): number {
  const values = shape.reduce((product, side) => product * side, 1);
  return type === 'Q8_0' ? (values / BLOCK) * Q8_BLOCK_BYTES : values * (type === 'F16' ? 2 : 4);
}

/** Factors by which llama.cpp divides the speed of every pair: how Llama 3 stretches its positions. */
function frequencyFactors({ headDim, rotary }: ModelSpec): GgufTensor[] {
  if (rotary.scaling?.type !== 'llama3') return [];
  const scaled = inverseFrequencies(headDim, rotary);
  const factors = inverseFrequencies(headDim, { ...rotary, scaling: null }).map((speed, pair) => speed / (scaled[pair] ?? 1));
  return [{ name: 'rope_freqs.weight', type: 'F32', shape: [factors.length], content: presentBytes(encodeFloats(factors, 'float32', 'rope_freqs.weight')) }];
}

/**
 * The tensors of a file, in order. `source` is the model as the architecture wants it; nothing is read before the
 * contents are asked for.
 */
export function ggufTensors(source: WeightSource, architecture: Architecture, type: GgufType): GgufTensor[] {
  const shapes = neededTensors(source.spec);
  const tensor = (name: string, parts: readonly string[]): GgufTensor => {
    const partShapes = parts.map((part) => shapes.get(part) ?? []);
    const [first = []] = partShapes;
    const shape = [partShapes.reduce((rows, [own = 0]) => rows + own, 0), ...first.slice(1)];
    const stored = storedType(shape, type);
    const content = joinedBytes(
      parts.map((part, index) => {
        const partShape = partShapes[index] ?? [];
        return weightPieces({ source, name: part, shape: partShape, byteLength: bytesOf(partShape, stored), encode: (values) => encoders[stored](values, part) });
      }),
    );
    return { name, type: stored, shape, content };
  };
  const fused = traitsOf(architecture).fusedQkv;
  const tensors = [...shapes.keys()].flatMap((name) => {
    const [, prefix, part] = /^(model\.layers\.\d+\.self_attn\.)([qkv])_proj\.weight$/.exec(name) ?? [];
    if (!fused || part === undefined) return [tensor(ggufName(name), [name])];
    if (part !== 'q') return [];
    return [tensor(ggufName(name).replace('attn_q', 'attn_qkv'), ['q', 'k', 'v'].map((one) => `${prefix}${one}_proj.weight`))];
  });
  return [...frequencyFactors(source.spec), ...tensors];
}
