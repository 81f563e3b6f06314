import { randomFor } from '../base/random.ts';
import { type Elimination, type Eliminator, NO_PIVOT } from '../runtime/elimination/elimination.ts';
import { DampedHessian } from './damped-hessian.ts';
import type { PreparedHessian } from './hessian.ts';
import { invertInline } from './kept-inverse.ts';
import type { KeptInverter } from './kept-inverse.ts';
import type { DevicePass, PrunedModule } from './level-database.ts';
import type { PruneExecutor, PruneExecutorOptions } from './prune-executor.ts';
import { moduleName, prunedModule, removalsOf } from './prune-module.ts';
import type { PruneJob } from './prune-module.ts';
import { DevicePrecisionError, HessianNotPositiveDefiniteError, PruningNotFiniteError } from './pruning-errors.ts';
import type { PruneSnapshot } from './structured-obs.ts';

/** Drift at the end of a level beyond which the inverse is made anew. */
const REFRESH_BEYOND = 1e-3;
/** Drift beyond which the level itself is done again from an exact inverse. */
const SPOILT_BEYOND = 0.1;
/** Removals after which a cancel is heard and progress is told. */
const REMOVALS_AT_ONCE = 256;

/** What a pass on a device works with. */
export interface PruneDevice {
  readonly eliminator: Eliminator;
  /** Default: on this thread. */
  readonly invert?: KeptInverter;
  /** Resolves when the device is free, with what frees it again; default: it is. */
  readonly enter?: () => Promise<() => void>;
}

/** A module as it stands between two levels. */
interface Standing {
  /** Columns that remain, ascending. */
  readonly kept: Int32Array<ArrayBuffer>;
  /** `[d, kept]` */
  readonly weight: Float32Array;
  readonly loss: number;
}

/** What one level's removals came to. */
interface Advance {
  readonly after: Standing;
  /** Infinite where the arithmetic ran out. */
  readonly drift: number;
}

/**
 * The greedy pass over the channels of an MLP on a device, in float32 (method section 2). H is prepared and inverted in
 * float64 here. Scores are float32; the weights of a level are those that the pass carries along. They minimise a quadratic
 * form, so an error e in them adds only `tr(e H e^T) / 2` to the loss, of second order in what float32 leaves out.
 *
 * After every level H is held against its inverse: the drift is the root mean square of `D (P H - I) D^-1 u` over the kept, u
 * random signs, D the root of the diagonal of H, so that a channel's scale does not matter. See the limits above for what follows.
 * Where H has no inverse it is damped more, which the levels tell. Where the module fails the job's Hessian is as it was.
 *
 * Throws the errors of `prune-module.ts`, {@link DevicePrecisionError}, those of the runtime, or the signal's reason.
 */
export async function pruneOnDevice(job: PruneJob, device: PruneDevice, options: PruneExecutorOptions = {}): Promise<PrunedModule> {
  const module = moduleName(job.id);
  const columns = job.spec.layers[job.id.layer]?.channels ?? 0;
  const damped = new DampedHessian(job.hessian, { module, columns, damping: job.damping });
  try {
    for (;;) {
      try {
        return { ...(await pruneDamped(job, damped.prepare(), device, options)), ...damped.told };
      } catch (error) {
        damped.raise(error);
      }
    }
  } catch (error) {
    damped.restore();
    throw error;
  }
}

async function pruneDamped(job: PruneJob, hessian: PreparedHessian, device: PruneDevice, options: PruneExecutorOptions): Promise<PrunedModule> {
  const dense = { kept: Int32Array.from({ length: hessian.columns }, (_, column) => column), weight: workingWeight(job.weight, hessian), loss: 0 };
  const pass = new DeviceObs(hessian, device, options);
  try {
    const snapshots = await pass.levels(dense, removalsOf(job));
    snapshots[0] = { ...snapshots[0]!, weight: job.weight };
    return { ...prunedModule(job, { snapshots, fallbacks: 0 }), onDevice: pass.account };
  } finally {
    pass[Symbol.dispose]();
  }
}

/**
 * Prunes MLPs on the device, one at a time, though their inverses may be made at once, and everything else with `others`: also an MLP
 * that is beyond the precision of float32.
 */
export function deviceExecutor(device: Omit<PruneDevice, 'enter'>, others: PruneExecutor): PruneExecutor {
  let last: Promise<void> = Promise.resolve();
  const enter = async (): Promise<() => void> => {
    const before = last;
    let leave = (): void => {};
    last = new Promise((resolve) => (leave = resolve));
    await before;
    return leave;
  };
  return async (job, options) => {
    if (job.id.kind !== 'mlp') return others(job, options);
    try {
      return await pruneOnDevice(job, { ...device, enter }, options);
    } catch (error) {
      if (!(error instanceof DevicePrecisionError)) throw error;
      return others(job, options);
    }
  };
}

/** The dense weight with dead columns zero. Throws {@link PruningNotFiniteError}. */
function workingWeight(weight: Float32Array, { columns, dead, module }: PreparedHessian): Float32Array {
  if (!weight.every((value) => value - value === 0)) throw new PruningNotFiniteError(module, 'A weight');
  const copy = weight.slice();
  for (const column of dead) for (let at = column; at < copy.length; at += columns) copy[at] = 0;
  return copy;
}

class DeviceObs implements Disposable {
  readonly #hessian: PreparedHessian;
  readonly #device: Required<PruneDevice>;
  readonly #options: PruneExecutorOptions;
  /** At the standing from which the next level starts; null where that is to be made from an exact inverse. */
  #elimination: Elimination | null = null;
  /** Columns that the indices of the elimination stand for. */
  #columns = new Int32Array(0);
  #refreshes = -1; // the first inverse is none
  #drift = 0;
  #leave = (): void => {};

  constructor(hessian: PreparedHessian, device: PruneDevice, options: PruneExecutorOptions) {
    this.#hessian = hessian;
    this.#device = { invert: invertInline, enter: async () => () => {}, ...device };
    this.#options = options;
  }

  get account(): DevicePass {
    return { refreshes: this.#refreshes, drift: this.#drift };
  }

  /** The module at each count of removed columns, ascending from 0. */
  async levels(dense: Standing, removals: readonly number[]): Promise<PruneSnapshot[]> {
    const total = removals.at(-1) ?? 0;
    const snapshots: PruneSnapshot[] = [];
    let standing = dense;
    for (const removed of removals) {
      const count = removed - (dense.kept.length - standing.kept.length);
      if (count > 0) standing = await this.#level(standing, count, total);
      snapshots.push({ removed, ...standing });
    }
    return snapshots;
  }

  [Symbol.dispose](): void {
    this.#elimination?.[Symbol.dispose]();
    this.#elimination = null;
    this.#leave();
  }

  async #level(before: Standing, count: number, total: number): Promise<Standing> {
    const exact = this.#elimination === null;
    let outcome = await this.#advance(before, count, total);
    if (outcome.drift > SPOILT_BEYOND && !exact) {
      this[Symbol.dispose]();
      outcome = await this.#advance(before, count, total);
    }
    const { after, drift } = outcome;
    if (drift > SPOILT_BEYOND) throw new DevicePrecisionError(this.#hessian.module);
    this.#drift = Math.max(this.#drift, drift);
    if (drift > REFRESH_BEYOND) this[Symbol.dispose]();
    return after;
  }

  async #advance(before: Standing, count: number, total: number): Promise<Advance> {
    const elimination = (this.#elimination ??= await this.#start(before));
    const gone = new Set<number>();
    let { loss } = before;
    const removedBefore = this.#hessian.columns - before.kept.length;
    while (gone.size < count) {
      this.#options.signal?.throwIfAborted();
      const { pivots, ratios } = await elimination.eliminate(Math.min(REMOVALS_AT_ONCE, count - gone.size));
      for (const pivot of pivots) gone.add(this.#columns[pivot] ?? -1);
      for (const ratio of ratios) loss += ratio / 2;
      if (ratios.includes(NO_PIVOT) || !Number.isFinite(loss)) return { after: before, drift: Infinity };
      this.#options.onProgress?.({ removed: removedBefore + gone.size, total });
    }
    const kept = before.kept.filter((column) => !gone.has(column));
    if (kept.length === 0) return { after: { kept, weight: new Float32Array(0), loss }, drift: 0 };
    const after = { kept, weight: await elimination.weight(), loss };
    return { after, drift: await this.#measureDrift(elimination, kept) };
  }

  /** An elimination from the exact inverse of what is kept of H. */
  async #start({ kept, weight }: Standing): Promise<Elimination> {
    this.#refreshes++;
    const { module, damping } = this.#hessian;
    const inverse = await this.#device.invert(this.#hessian, kept, this.#options.signal);
    if (inverse === null) throw new HessianNotPositiveDefiniteError(module, damping);
    this.#columns = kept;
    this.#leave = await this.#device.enter();
    return this.#device.eliminator(inverse, weight, kept.length);
  }

  async #measureDrift(elimination: Elimination, kept: Int32Array): Promise<number> {
    const { matrix, columns } = this.#hessian;
    const random = randomFor(0, 'drift');
    const roots = Float64Array.from(kept, (column) => Math.sqrt(matrix[column * (columns + 1)] ?? 0));
    const x = roots.map((root) => (random.unit() < 0.5 ? -1 : 1) / root);
    const image = Float32Array.from(kept, (column) => {
      let sum = 0;
      for (let j = 0; j < kept.length; j++) sum += (matrix[column * columns + (kept[j] ?? 0)] ?? 0) * (x[j] ?? 0);
      return sum;
    });
    const back = await elimination.product(image);
    const squares = x.reduce((sum, value, at) => sum + ((roots[at] ?? 0) * ((back[at] ?? NaN) - value)) ** 2, 0);
    const drift = Math.sqrt(squares / kept.length);
    return Number.isNaN(drift) ? Infinity : drift;
  }
}
