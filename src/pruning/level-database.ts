import type { ModuleId } from '../model/spec.ts';

/** Which attention structures go at once: single query heads (the paper), or a KV head with all its query heads. */
export type Granularity = 'query-head' | 'kv-group';

/**
 * One way of cutting a module. Level 0 is dense; the last level is the module removed. A module that the model lacks has
 * one level, which is both.
 */
export interface LevelEntry {
  /** The nominal levels k of K that this entry stands for (equal counts are one level). */
  readonly nominal: readonly number[];
  readonly removed: number;
  /** Kept structures of the dense model, sorted: query heads or KV groups for attention, channels for MLPs. */
  readonly kept: Int32Array;
  /** Query heads of the dense model that remain (attention), sorted. */
  readonly heads: readonly number[];
  /** KV heads of the dense model that remain (attention), sorted. */
  readonly kvHeads: readonly number[];
  /** Query heads of each kept KV head (attention). */
  readonly queryGroups: readonly number[];
  /** Channels that remain (MLP). */
  readonly channels: number;
  /** Half the sum of the scores of what was removed. */
  readonly loss: number;
  /** True parameters of the module at this level. */
  readonly parameters: number;
}

export interface ModuleLevels {
  readonly id: ModuleId;
  /** Structures of the dense module. */
  readonly structures: number;
  /** From dense (0) to removed (last); parameters never increase. The weights are kept apart, see `level-weights.ts`. */
  readonly levels: readonly LevelEntry[];
  /** Removals for which P_SS was not positive definite and a pseudo-inverse was used. */
  readonly fallbacks: number;
  /** How the pass went, where it ran on a device in float32. */
  readonly onDevice?: DevicePass;
  /** The relative damping that its Hessian needed, where that is more than was asked for. */
  readonly dampingRaised?: number;
}

/** A greedy pass in float32, as measured against the float64 Hessian. */
export interface DevicePass {
  /** Times that the inverse was made anew in float64 because it had drifted. */
  readonly refreshes: number;
  /** Largest drift at the end of a level, see `prune-on-device.ts`. */
  readonly drift: number;
}

/** A module fresh from pruning, its weights beside its levels. */
export interface PrunedModule extends ModuleLevels {
  /** By level: the updated output projection restricted to the kept columns `[d, kept columns]`; null where dense or removed. */
  readonly weights: readonly (Float32Array | null)[];
}

/** Where the weights of levels are read. */
export interface LevelReader {
  /** Weight `[d, kept columns]` of a module at a level, a copy; null where it is dense or removed. Throws the errors of the storage. */
  read(module: number, level: number): Promise<Float32Array<ArrayBuffer> | null>;
}

/** For each module, in genome order, its levels. */
export interface LevelDatabase {
  readonly granularity: Granularity;
  /** K: nominal levels are 0..K. */
  readonly nominalLevels: number;
  readonly modules: readonly ModuleLevels[];
  /** The updated output projections of `modules`, which are too many to be held in memory; whoever made them disposes them. */
  readonly weights: LevelReader;
}

/** One level index per module, in genome order. Indices refer to the collapsed `levels`. */
export type Genome = readonly number[];
