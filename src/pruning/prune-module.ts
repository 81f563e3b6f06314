import { attentionParameters, mlpParameters, outputColumns } from '../model/spec.ts';
import type { LayerShape, ModelSpec, ModuleId } from '../model/spec.ts';
import { attentionStructures } from './attention-structures.ts';
import { DampedHessian } from './damped-hessian.ts';
import type { Granularity, LevelEntry, ModuleLevels, PrunedModule } from './level-database.ts';
import { nominalLevels } from './nominal-levels.ts';
import type { NominalLevel } from './nominal-levels.ts';
import { pruneStepwise } from './structured-obs.ts';
import type { PruneOutcome, PruneSnapshot, PruneStep } from './structured-obs.ts';

/** A module of the dense model, and how finely it is cut. */
export interface ModuleForm {
  readonly id: ModuleId;
  readonly spec: ModelSpec;
  readonly granularity: Granularity;
  /** Nominal levels above dense. */
  readonly K: number;
}

/** Everything needed to prune one module: plain data that can go to a worker. */
export interface PruneJob extends ModuleForm {
  readonly damping: number;
  /** Raw H `[columns, columns]`, before dead inputs and damping. The job uses it up: it is overwritten or transferred. */
  readonly hessian: Float64Array<ArrayBuffer>;
  /** Dense output projection `[d, columns]`; copied, never changed. */
  readonly weight: Float32Array;
}

/** Name of a module in errors and reports. */
export function moduleName({ layer, kind }: ModuleId): string {
  return kind === 'attention' ? `the attention of layer ${layer}` : `the MLP of layer ${layer}`;
}

/** Hugging Face name of the projection whose columns go. */
export function outputProjection({ layer, kind }: ModuleId): string {
  return `model.layers.${layer}.${kind === 'attention' ? 'self_attn.o_proj' : 'mlp.down_proj'}.weight`;
}

function shapeOf(spec: ModelSpec, { layer }: ModuleId): LayerShape {
  const shape = spec.layers[layer];
  if (shape === undefined) throw new RangeError(`no layer ${layer}`);
  return shape;
}

/** How a module divides into structures. */
interface ModuleStructures {
  readonly count: number;
  /** Columns of the output projection in one structure, or in each where they are of unlike sizes. */
  readonly size: number | readonly number[];
  /** Shape and true parameters of the module when these structures are kept. */
  keep(kept: Int32Array): Pick<LevelEntry, 'heads' | 'kvHeads' | 'queryGroups' | 'channels' | 'parameters'>;
}

function structuresOf(spec: ModelSpec, id: ModuleId, granularity: Granularity): ModuleStructures {
  const shape = shapeOf(spec, id);
  if (id.kind === 'mlp') {
    const keep = ({ length }: Int32Array) => ({ heads: [], kvHeads: [], queryGroups: [], channels: length, parameters: mlpParameters(spec, length) });
    return { count: shape.channels, size: 1, keep };
  }
  const { sizes, keep } = attentionStructures(shape.queryGroups, granularity);
  const columns = sizes.map((heads) => heads * spec.headDim);
  const [first] = columns;
  return {
    count: sizes.length,
    size: first !== undefined && columns.every((size) => size === first) ? first : columns,
    keep: (kept) => {
      const heads = keep(kept);
      return { ...heads, channels: 0, parameters: attentionParameters(spec, heads.heads.length, heads.kvHeads.length) };
    },
  };
}

/**
 * True parameters of a module's levels before it was pruned, the first structures taken as kept. Exact but for query heads
 * of grouped attention, where it depends on which heads go whether a KV head goes with them.
 */
export function nominalParameters(spec: ModelSpec, id: ModuleId, granularity: Granularity, K: number): number[] {
  const structures = structuresOf(spec, id, granularity);
  return nominalLevels(structures.count, K).map(({ removed }) => {
    const kept = Int32Array.from({ length: structures.count - removed }, (_, index) => index);
    return structures.keep(kept).parameters;
  });
}

/** What a pass decides of a level; all else follows from the model. */
export type LevelChoice = Pick<PruneSnapshot, 'removed' | 'kept' | 'loss'>;

function levelEntry(structures: ModuleStructures, { nominal, removed }: NominalLevel, choice: LevelChoice | undefined): LevelEntry {
  if (choice?.removed !== removed) throw new RangeError(`no snapshot of ${removed} removed structures`);
  const { kept, loss } = choice;
  return { nominal, removed, kept, ...structures.keep(kept), loss };
}

/** The levels of a module that the model lacks: one, which is dense and removed at once. */
export function absentModule(spec: ModelSpec, id: ModuleId, granularity: Granularity, K: number): PrunedModule {
  return denseModule({ id, spec, granularity, K });
}

/** The one level of a module that is not cut, which stands for all nominal ones. */
export function denseModule({ id, spec, granularity, K }: ModuleForm): PrunedModule {
  const structures = structuresOf(spec, id, granularity);
  const nominal = Array.from({ length: K + 1 }, (_, k) => k);
  const kept = Int32Array.from({ length: structures.count }, (_, index) => index);
  const levels = [levelEntry(structures, { nominal, removed: 0 }, { removed: 0, kept, loss: 0 })];
  return { id, structures: structures.count, levels, fallbacks: 0, weights: [null] };
}

/**
 * All levels of one module that is there by one greedy pass; yields after every removal. Where H has no inverse it is damped more, which the
 * levels tell. Throws the errors of `hessian.ts` and `structured-obs.ts`.
 *
 * What it holds, for c columns, width d and K levels: at the start H (8 c^2 bytes), `passBytes` for the pass (P as large as H, W in
 * float64, 8 c d, and updates that wait) and the float32 weight (4 c d); H is given back when it is inverted, and snapshots
 * in float32 come (about 2 (K - 1) c d). For c = 1536, d = 576, K = 10: 19 + 30 + 4 MB, then 30 + 4 + 16 MB.
 */
export function* pruneModuleStepwise(job: PruneJob): Generator<PruneStep, PrunedModule> {
  const { id, spec, granularity, damping, weight } = job;
  const { size } = structuresOf(spec, id, granularity);
  const columns = outputColumns(spec, id);
  const damped = new DampedHessian(job.hessian, { module: moduleName(id), columns, damping });
  for (;;) {
    try {
      const outcome = yield* pruneStepwise({ hessian: damped.prepare(), weight, structureSize: size, removals: removalsOf(job) });
      return { ...prunedModule(job, outcome), ...damped.told };
    } catch (error) {
      damped.raise(error);
    }
  }
}

/** Structures removed at each level of a module, from 0 to all. */
export function removalsOf({ id, spec, granularity, K }: ModuleForm): number[] {
  return nominalLevels(structuresOf(spec, id, granularity).count, K).map(({ removed }) => removed);
}

/** A module's levels from its greedy pass, with a snapshot for each of {@link removalsOf}. */
export function prunedModule(job: PruneJob, { snapshots, fallbacks }: Pick<PruneOutcome, 'snapshots' | 'fallbacks'>): PrunedModule {
  const { structures, levels } = levelsOf(job, snapshots);
  const weights = snapshots.map((snapshot) => (snapshot.removed === 0 || snapshot.kept.length === 0 ? null : snapshot.weight));
  return { id: job.id, structures, levels, fallbacks, weights };
}

/** The levels that these choices make, one for each of {@link removalsOf}. Throws RangeError where they are others, or keep what is not there. */
export function levelsOf({ id, spec, granularity, K }: ModuleForm, choices: readonly LevelChoice[]): Pick<ModuleLevels, 'structures' | 'levels'> {
  const structures = structuresOf(spec, id, granularity);
  const levels = nominalLevels(structures.count, K).map((level, index) => levelEntry(structures, level, choices[index]));
  return { structures: structures.count, levels };
}
