import { readFile } from 'node:fs/promises';
import { GGMLQuantizationType, gguf } from '@huggingface/gguf';
import type { GGUFTensorInfo, MetadataValue } from '@huggingface/gguf';
import type { PlainModel } from '../../src/model/reference-forward.fixture.ts';
import type { LayerShape, ModelSpec } from '../../src/model/spec.ts';
import { float16ToFloat32 } from '../../src/sources/half-floats.ts';

const BLOCK = 32;
const BLOCK_BYTES = 2 + BLOCK; // of Q8_0: a float16 scale and 32 signed bytes

/** llama.cpp's names of what belongs to a layer. */
const layerNames = [
  ['attn_norm', 'input_layernorm'],
  ['attn_q', 'self_attn.q_proj'],
  ['attn_k', 'self_attn.k_proj'],
  ['attn_v', 'self_attn.v_proj'],
  ['attn_q_norm', 'self_attn.q_norm'],
  ['attn_k_norm', 'self_attn.k_norm'],
  ['attn_output', 'self_attn.o_proj'],
  ['ffn_norm', 'post_attention_layernorm'],
  ['ffn_gate', 'mlp.gate_proj'],
  ['ffn_up', 'mlp.up_proj'],
  ['ffn_down', 'mlp.down_proj'],
] as const;

function fullName(name: string): string {
  const [, layer, part = '', kind = ''] = /^blk\.(\d+)\.(\w+)\.(weight|bias)$/.exec(name) ?? [];
  const found = layerNames.find(([short]) => short === part);
  if (layer !== undefined && found !== undefined) return `model.layers.${layer}.${found[1]}.${kind}`;
  return name.replace(/^token_embd/, 'model.embed_tokens').replace(/^output_norm/, 'model.norm').replace(/^output\./, 'lm_head.');
}

function values(bytes: Uint8Array, { dtype, shape }: GGUFTensorInfo): Float32Array {
  const size = shape.reduce((product, side) => product * Number(side), 1);
  if (dtype === GGMLQuantizationType.F32) return new Float32Array(bytes.slice(0, 4 * size).buffer);
  if (dtype === GGMLQuantizationType.F16) return float16ToFloat32(new Uint16Array(bytes.slice(0, 2 * size).buffer));
  if (dtype !== GGMLQuantizationType.Q8_0) throw new Error(`tensors of type ${dtype} are not expected`);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return Float32Array.from({ length: size }, (_, at) => {
    const start = Math.floor(at / BLOCK) * BLOCK_BYTES;
    const [scale = Number.NaN] = float16ToFloat32(Uint16Array.of(view.getUint16(start, true)));
    return scale * view.getInt8(start + 2 + (at % BLOCK));
  });
}

/** Rows of heads in which neighbours are pairs, as pairs of halves again: row `2i + j` of a head is row `j * half + i`. */
function inHalves(rows: Float32Array, width: number, headDim: number): Float32Array {
  const half = headDim / 2;
  const result = new Float32Array(rows.length);
  for (let row = 0; row < rows.length / width; row++) {
    const [head, within] = [Math.floor(row / headDim), row % headDim];
    const target = head * headDim + (within % 2) * half + Math.floor(within / 2);
    result.set(rows.subarray(row * width, (row + 1) * width), target * width);
  }
  return result;
}

/** A setting of each layer: one number for all, or a list. */
function perLayer(value: MetadataValue | undefined, layers: number): number[] {
  if (Array.isArray(value)) return value.map(Number);
  return Array.from({ length: layers }, () => Number(value));
}

function layerShapes(metadata: ReadonlyMap<string, MetadataValue>, architecture: string): LayerShape[] {
  const layers = Number(metadata.get(`${architecture}.block_count`));
  const setting = (name: string): number[] => perLayer(metadata.get(`${architecture}.${name}`), layers);
  const [queries, keys, channels] = [setting('attention.head_count'), setting('attention.head_count_kv'), setting('feed_forward_length')];
  return queries.map((count, layer) => {
    const kvHeads = keys[layer] ?? 0;
    return { queryGroups: Array.from({ length: kvHeads }, () => count / kvHeads), channels: channels[layer] ?? 0 };
  });
}

/** Rows of q, k and v in one tensor, as OpenELM has them. */
function* parted(name: string, rows: Float32Array, { spec, layer }: { spec: ModelSpec; layer: LayerShape }): Iterable<readonly [string, Float32Array]> {
  const kvRows = layer.queryGroups.length * spec.headDim * spec.hidden;
  const queryRows = rows.length - 2 * kvRows;
  yield [name.replace('attn_qkv', 'attn_q'), rows.subarray(0, queryRows)];
  yield [name.replace('attn_qkv', 'attn_k'), rows.subarray(queryRows, queryRows + kvRows)];
  yield [name.replace('attn_qkv', 'attn_v'), rows.subarray(queryRows + kvRows)];
}

/**
 * The model that a GGUF file holds, in Hugging Face names and order, weights of 8 bits as what they stand for. It is read
 * without the exporter's code. Layers are those of the file; what no layer has a share in is as in `spec`.
 */
export async function ggufFileModel(path: string, spec: ModelSpec): Promise<PlainModel> {
  const { metadata: typed, tensorInfos, tensorDataOffset } = await gguf(path, { allowLocalFile: true });
  const metadata = new Map<string, MetadataValue>(Object.entries(typed));
  const bytes = new Uint8Array(await readFile(path)); // not the Buffer itself, whose slices would be views
  const architecture = String(metadata.get('general.architecture'));
  const turnsNeighbours = ['llama', 'deci'].includes(architecture);
  const layers = layerShapes(metadata, architecture);
  const found: ModelSpec = { ...spec, layers, windows: null };
  const tensors = new Map<string, Float32Array>();
  for (const info of tensorInfos) {
    const content = values(bytes.subarray(Number(tensorDataOffset) + Number(info.offset)), info);
    const layer = layers[Number(/^blk\.(\d+)/.exec(info.name)?.[1])];
    const parts = info.name.includes('attn_qkv') && layer ? parted(info.name, content, { spec, layer }) : [[info.name, content] as const];
    for (const [name, rows] of parts) {
      const paired = turnsNeighbours && /attn_[qk]\./.test(name);
      tensors.set(fullName(name), paired ? inHalves(rows, name.endsWith('bias') ? 1 : spec.hidden, spec.headDim) : rows);
    }
  }
  return { spec: found, tensors };
}
