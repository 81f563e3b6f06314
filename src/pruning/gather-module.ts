import type { ModelSpec, ModuleId } from '../model/spec.ts';
import type { WeightSource } from '../model/weights.ts';
import type { LevelEntry } from './level-database.ts';
import { outputProjection } from './prune-module.ts';

/** A tensor in host memory. */
export interface HostTensor {
  readonly data: Float32Array<ArrayBuffer>;
  readonly shape: readonly number[];
}

/** Blocks of `length` values of `data`, one after the other, in this order: rows of a matrix, or the rows of whole heads. */
export function gatherBlocks(data: Float32Array, length: number, blocks: ArrayLike<number>): Float32Array<ArrayBuffer> {
  const out = new Float32Array(blocks.length * length);
  for (let index = 0; index < blocks.length; index++) {
    const start = (blocks[index] ?? 0) * length;
    if (start + length > data.length) throw new RangeError(`block ${blocks[index]} of ${length} in ${data.length} values`);
    out.set(data.subarray(start, start + length), index * length);
  }
  return out;
}

/** One input projection: rows of which structures remain. */
interface Sliced {
  readonly name: string;
  /** Kept blocks of rows, and rows in a block. */
  readonly blocks: ArrayLike<number>;
  readonly rows: number;
  readonly bias: boolean;
}

function slicedProjections(spec: ModelSpec, { kind }: ModuleId, entry: LevelEntry): Sliced[] {
  if (kind === 'mlp') {
    return ['gate', 'up'].map((part) => ({ name: `mlp.${part}_proj`, blocks: entry.kept, rows: 1, bias: spec.mlpBias }));
  }
  const heads = [['q', entry.heads], ['k', entry.kvHeads], ['v', entry.kvHeads]] as const;
  return heads.map(([part, blocks]) => ({ name: `self_attn.${part}_proj`, blocks, rows: spec.headDim, bias: spec.qkvBias }));
}

/** Short names of the tensors that a module keeps whole at every level: its norms and the bias of its output. */
export function sharedTensorNames(spec: ModelSpec, { kind }: ModuleId): string[] {
  if (kind === 'mlp') return ['post_attention_layernorm.weight', ...(spec.mlpBias ? ['mlp.down_proj.bias'] : [])];
  return [
    'input_layernorm.weight',
    ...(spec.outputBias ? ['self_attn.o_proj.bias'] : []),
    ...(spec.qkNorm ? ['self_attn.q_norm.weight', 'self_attn.k_norm.weight'] : []),
  ];
}

/**
 * The tensors of a module that a level changes, by short name (see `weights.ts` of the model): rows of q, k, v or gate and up
 * with their biases, gathered from the dense model, and the level's output projection (the dense one at level 0). Empty
 * where the module is removed. Throws what the source throws.
 */
export async function gatherModule(source: WeightSource, id: ModuleId, entry: LevelEntry): Promise<Map<string, HostTensor>> {
  const { spec } = source;
  const tensors = new Map<string, HostTensor>();
  if (entry.kept.length === 0) return tensors;
  const prefix = `model.layers.${id.layer}.`;
  for (const { name, blocks, rows, bias } of slicedProjections(spec, id, entry)) {
    const weight = await source.read(`${prefix}${name}.weight`); // [rows of all blocks, d]
    tensors.set(`${name}.weight`, { data: gatherBlocks(weight, rows * spec.hidden, blocks), shape: [blocks.length * rows, spec.hidden] });
    if (!bias) continue;
    const values = await source.read(`${prefix}${name}.bias`);
    tensors.set(`${name}.bias`, { data: gatherBlocks(values, rows, blocks), shape: [blocks.length * rows] });
  }
  const output = outputProjection(id);
  // Copied: a runtime may keep the array it is given, and the entry's weight is used again.
  const weight = Float32Array.from(entry.weight ?? (await source.read(output))); // [d, kept columns]
  tensors.set(output.slice(prefix.length), { data: weight, shape: [spec.hidden, weight.length / spec.hidden] });
  return tensors;
}
