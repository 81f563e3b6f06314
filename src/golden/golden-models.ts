import { DenseWeights } from '../model/dense-weights.ts';
import { entriesOf } from '../pruning/genome-spec.ts';
import type { Granularity, LevelDatabase, LevelEntry } from '../pruning/level-database.ts';
import { ModuleCache } from '../pruning/materialise.ts';
import type { ModelLease, OwnedModel } from '../pruning/materialise.ts';
import type { Engine } from './engine.ts';
import { GoldenMalformedError } from './golden-errors.ts';
import type { GoldenFolder } from './golden-folder.ts';
import type { GoldenCandidate } from './golden-schema.ts';

/** Enough for all levels of a tiny model. */
const cacheBudget = 64 << 20;

/** A model that a folder has numbers for. */
export interface GoldenModel {
  /** `dense` or `candidate.N`, as in the names of tensors. */
  readonly name: string;
  /** What the report adds to its name: the origin of a candidate's Hessians. */
  readonly suffix: string;
  /** Cross-entropy on the folder's batch. */
  readonly ce: number;
  /** Borrowed weights. */
  lease(): Promise<ModelLease>;
  /** Private copies, to be trained. */
  owned(): Promise<OwnedModel>;
}

/** The dense model of a folder. */
export function denseModel({ golden, weights }: GoldenFolder, { runtime, dense }: Engine): GoldenModel {
  return {
    name: 'dense',
    suffix: '',
    ce: golden.ce,
    lease: async () => ({ weights: dense, [Symbol.dispose]: () => {} }),
    owned: () => DenseWeights.load(runtime, weights),
  };
}

/** The candidates of a folder, made by the engine from level databases of one origin. */
export class CandidateModels implements AsyncDisposable {
  /** Of the Hessians behind the databases. */
  readonly origin: string;
  readonly #folder: string;
  readonly #databases: ReadonlyMap<Granularity, LevelDatabase>;
  readonly #caches: ReadonlyMap<Granularity, ModuleCache>;

  constructor(
    { name }: GoldenFolder,
    { runtime, dense }: Engine,
    origin: string,
    databases: ReadonlyMap<Granularity, LevelDatabase>,
  ) {
    this.origin = origin;
    this.#folder = name;
    this.#databases = databases;
    const cacheOf = (database: LevelDatabase) => new ModuleCache({ runtime, dense, database, budgetBytes: cacheBudget });
    this.#caches = new Map([...databases].map(([granularity, database]) => [granularity, cacheOf(database)]));
  }

  /** Throws {@link GoldenMalformedError} where the folder has no database for it. */
  model({ index, granularity, levels, ce }: GoldenCandidate): GoldenModel {
    const cache = this.#at(this.#caches, granularity);
    return {
      name: `candidate.${index}`,
      suffix: `, ${this.origin}`,
      ce,
      lease: () => cache.lease(levels),
      owned: () => cache.ownedModel(levels),
    };
  }

  /** A candidate's level entries in genome order. Throws as {@link model}, or GenomeInvalidError. */
  entries({ granularity, levels }: GoldenCandidate): LevelEntry[] {
    return entriesOf(this.#at(this.#databases, granularity), levels);
  }

  #at<T>(byGranularity: ReadonlyMap<Granularity, T>, granularity: Granularity): T {
    const found = byGranularity.get(granularity);
    if (found === undefined) throw new GoldenMalformedError(this.#folder, `a candidate needs a ${granularity} database, and there is none`);
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const cache of this.#caches.values()) await cache[Symbol.asyncDispose]();
  }
}
