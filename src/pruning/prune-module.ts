import { attentionParameters, mlpParameters } from '../model/spec.ts';
import type { LayerShape, ModelSpec, ModuleId } from '../model/spec.ts';
import { attentionStructures } from './attention-structures.ts';
import { prepareHessian } from './hessian.ts';
import type { Granularity, LevelEntry, ModuleLevels } from './level-database.ts';
import { nominalLevels } from './nominal-levels.ts';
import type { NominalLevel } from './nominal-levels.ts';
import { pruneStepwise } from './structured-obs.ts';
import type { PruneSnapshot, PruneStep } from './structured-obs.ts';

/** Everything needed to prune one module: plain data that can go to a worker. */
export interface PruneJob {
  readonly id: ModuleId;
  readonly spec: ModelSpec;
  readonly granularity: Granularity;
  /** Nominal levels above dense. */
  readonly K: number;
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

/** How a module divides into structures. */
interface ModuleStructures {
  readonly count: number;
  /** Columns of the output projection in one structure. */
  readonly size: number;
  /** Shape and true parameters of the module when these structures are kept. */
  keep(kept: Int32Array): Pick<LevelEntry, 'heads' | 'kvHeads' | 'queryGroups' | 'channels' | 'parameters'>;
}

function structuresOf(spec: ModelSpec, id: ModuleId, granularity: Granularity): ModuleStructures {
  const shape: LayerShape | undefined = spec.layers[id.layer];
  if (shape === undefined) throw new RangeError(`no layer ${id.layer}`);
  if (id.kind === 'mlp') {
    const keep = ({ length }: Int32Array) => ({ heads: [], kvHeads: [], queryGroups: [], channels: length, parameters: mlpParameters(spec, length) });
    return { count: shape.channels, size: 1, keep };
  }
  const { count, headsPerStructure, keep } = attentionStructures(shape.queryGroups, granularity);
  return {
    count,
    size: headsPerStructure * spec.headDim,
    keep: (kept) => {
      const heads = keep(kept);
      return { ...heads, channels: 0, parameters: attentionParameters(spec, heads.heads.length, heads.kvHeads.length) };
    },
  };
}

/** Input columns of a module's output projection: the size of its Hessian. */
export function outputColumns(spec: ModelSpec, id: ModuleId): number {
  const { count, size } = structuresOf(spec, id, 'query-head');
  return count * size;
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

function levelEntry(structures: ModuleStructures, { nominal, removed }: NominalLevel, snapshot: PruneSnapshot | undefined): LevelEntry {
  if (snapshot?.removed !== removed) throw new RangeError(`no snapshot of ${removed} removed structures`);
  const { kept, weight, loss } = snapshot;
  const untouched = removed === 0 || kept.length === 0;
  return { nominal, removed, kept, ...structures.keep(kept), weight: untouched ? null : weight, loss };
}

/**
 * All levels of one module by one greedy pass; yields after every removal. Throws the errors of `hessian.ts` and
 * `structured-obs.ts`, and {@link UnequalGroupsError}.
 */
export function* pruneModuleStepwise(job: PruneJob): Generator<PruneStep, ModuleLevels> {
  const { id, spec, granularity, K, damping, weight } = job;
  const structures = structuresOf(spec, id, granularity);
  const table = nominalLevels(structures.count, K);
  const columns = structures.count * structures.size;
  const hessian = prepareHessian(job.hessian, { module: moduleName(id), columns, damping });
  const removals = table.map(({ removed }) => removed);
  const outcome = yield* pruneStepwise({ hessian, weight, structureSize: structures.size, removals });
  const levels = table.map((level, index) => levelEntry(structures, level, outcome.snapshots[index]));
  return { id, structures: structures.count, levels, fallbacks: outcome.fallbacks };
}
