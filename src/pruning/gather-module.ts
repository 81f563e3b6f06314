import type { ModelSpec, ModuleId } from '../model/spec.ts';
import type { ModuleWeights } from '../model/weights.ts';
import type { Runtime, Tensor } from '../runtime/runtime.ts';
import type { LevelEntry } from './level-database.ts';
import { moduleName, outputProjection } from './prune-module.ts';
import type { RowGather } from './row-gather.ts';

/** Rows of blocks of `length` rows each, one block after the other in this order: the rows of whole heads. */
export function rowsOfBlocks(blocks: ArrayLike<number>, length: number): Int32Array<ArrayBuffer> {
  return Int32Array.from({ length: blocks.length * length }, (_, at) => (blocks[Math.floor(at / length)] ?? 0) * length + (at % length));
}

/** One input projection: the rows of it that remain. */
interface Sliced {
  readonly name: string;
  readonly rows: Int32Array;
  readonly bias: boolean;
}

function slicedProjections(spec: ModelSpec, { kind }: ModuleId, entry: LevelEntry): Sliced[] {
  if (kind === 'mlp') {
    return ['gate', 'up'].map((part) => ({ name: `mlp.${part}_proj`, rows: Int32Array.from(entry.kept), bias: spec.mlpBias }));
  }
  const heads = [['q', entry.heads], ['k', entry.kvHeads], ['v', entry.kvHeads]] as const;
  return heads.map(([part, blocks]) => ({ name: `self_attn.${part}_proj`, rows: rowsOfBlocks(blocks, spec.headDim), bias: spec.qkvBias }));
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

/** What {@link gatherModule} takes from and works with. */
export interface GatherFrom {
  readonly runtime: Runtime;
  readonly rows: RowGather;
  readonly spec: ModelSpec;
  /** The dense module on the device. */
  readonly module: ModuleWeights;
  /** The level's output projection `[d, kept columns]`; may be kept by the runtime. */
  readonly output: Float32Array;
}

/**
 * The tensors of a module that a level between dense and removed changes, by short name (see `weights.ts` of the model),
 * which belong to the caller: rows of q, k, v or gate and up with their biases, gathered from the dense model where it is
 * (reading a file again and converting it took four times as long), and the level's output projection. Throws what the
 * runtime throws; nothing stays then.
 */
export async function gatherModule(from: GatherFrom, entry: LevelEntry): Promise<Record<string, Tensor>> {
  const { runtime, rows, spec, module, output } = from;
  const made: Record<string, Tensor> = {};
  try {
    for (const { name, rows: kept, bias } of slicedProjections(spec, module, entry)) {
      for (const short of bias ? [`${name}.weight`, `${name}.bias`] : [`${name}.weight`]) {
        made[short] = await rows.gather(tensorOf(module, short), kept);
      }
    }
    const projection = outputProjection(module).slice(`model.layers.${module.layer}.`.length);
    made[projection] = runtime.upload(output, [spec.hidden, output.length / spec.hidden]);
    return made;
  } catch (error) {
    for (const tensor of Object.values(made)) tensor.dispose();
    throw error;
  }
}

/** A tensor of a module by its short name. Throws RangeError where there is none. */
export function tensorOf(module: ModuleWeights, short: string): Tensor {
  const tensor = module.tensors[short];
  if (tensor === undefined) throw new RangeError(`${moduleName(module)} has no ${short}`);
  return tensor;
}
