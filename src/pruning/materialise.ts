import type { ModuleId } from '../model/spec.ts';
import type { TrainingScope } from '../model/head-work.ts';
import type { Table, Tile } from '../model/table.ts';
import type { ModelWeights, ModuleTensors, ModuleWeights } from '../model/weights.ts';
import type { Runtime, Tensor } from '../runtime/runtime.ts';
import { gatherModule, sharedTensorNames, tensorOf } from './gather-module.ts';
import { entriesOf, specOfGenome } from './genome-spec.ts';
import type { Genome, LevelDatabase, LevelEntry } from './level-database.ts';
import { RowGather } from './row-gather.ts';

export interface ModuleCacheOptions {
  readonly runtime: Runtime;
  /** The dense model on the device; borrowed, and must live longer than the cache and its leases. */
  readonly dense: ModelWeights;
  readonly database: LevelDatabase;
  /** Bytes of gathered tensors to keep; exceeded only by what is leased at the moment. */
  readonly budgetBytes: number;
}

/** The small model of a genome, borrowed until the lease is disposed: its tensors are shared and must not be written. */
export interface ModelLease extends Disposable {
  readonly weights: ModelWeights;
}

/** One module of a database, borrowed as a {@link ModelLease} is; null where it is removed. */
export interface ModuleLease extends Disposable {
  readonly module: ModuleWeights | null;
}

/** A private model: `dispose` frees every tensor that is its own. */
export interface OwnedModel extends Disposable {
  readonly weights: ModelWeights;
}

/** A module at a level. */
interface Place {
  readonly index: number;
  readonly level: number;
  readonly entry: LevelEntry;
}

interface Entry {
  readonly loaded: Promise<ModuleWeights>;
  /** Gathered tensors that the cache owns; empty until they are loaded. */
  tensors: readonly Tensor[];
  bytes: number;
  leases: number;
}

/**
 * Small modules on the device by module and level, gathered when first asked for; the least recently used go when the
 * budget is spent, except those in use. Level 0 is the dense module itself, norms and output biases are the dense ones.
 */
export class ModuleCache implements AsyncDisposable {
  readonly #options: ModuleCacheOptions;
  /** In order of use, oldest first. */
  readonly #entries = new Map<string, Entry>();
  readonly #rows: RowGather;
  #bytes = 0;
  #disposed = false;

  constructor(options: ModuleCacheOptions) {
    this.#options = options;
    this.#rows = new RowGather(options.runtime);
  }

  /** Bytes of gathered tensors on the device. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Borrows the model of a genome. Throws {@link GenomeInvalidError}, or what the database's storage or the runtime throws. */
  async lease(genome: Genome): Promise<ModelLease> {
    const { dense, database } = this.#options;
    const spec = specOfGenome(dense.spec, database, genome);
    const held: Entry[] = [];
    try {
      const modules: (ModuleWeights | null)[] = [];
      for (const [index, entry] of entriesOf(database, genome).entries()) modules.push(await this.#module({ index, level: genome[index] ?? 0, entry }, held));
      return { weights: { ...dense, spec, modules }, [Symbol.dispose]: () => this.#release(held) };
    } catch (error) {
      this.#release(held);
      throw error;
    }
  }

  /** Borrows one module of a genome. Throws as {@link lease}. */
  async leaseModule(genome: Genome, index: number): Promise<ModuleLease> {
    const entry = entriesOf(this.#options.database, genome)[index];
    if (entry === undefined) throw new RangeError(`no module ${index}`);
    const held: Entry[] = [];
    try {
      const module = await this.#module({ index, level: genome[index] ?? 0, entry }, held);
      return { module, [Symbol.dispose]: () => this.#release(held) };
    } catch (error) {
      this.#release(held);
      throw error;
    }
  }

  /**
   * A private copy of the model of a genome, to be trained. Norms are copies too, and so are embedding and head unless
   * `embeddings` is false: then they are the dense model's, and must not be written. Throws as {@link lease}.
   */
  async ownedModel(genome: Genome, scope: TrainingScope = {}): Promise<OwnedModel> {
    using lease = await this.lease(genome);
    return await cloneModel(this.#options.runtime, lease.weights, scope); // awaited, so that the lease outlives the copying
  }

  /** Frees what the cache owns. No lease may be in use. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    for (const key of this.#entries.keys()) this.#evict(key);
    await this.#rows[Symbol.asyncDispose]();
  }

  /** What is gathered for it goes to `held`. */
  async #module(place: Place, held: Entry[]): Promise<ModuleWeights | null> {
    if (place.entry.kept.length === 0) return null;
    return place.entry.removed === 0 ? this.#denseModule(place.index) : await this.#acquire(place, held);
  }

  #denseModule(index: number): ModuleWeights {
    const module = this.#options.dense.modules[index];
    if (!module) throw new RangeError(`the dense model has no module ${index}`);
    return module;
  }

  async #acquire(place: Place, held: Entry[]): Promise<ModuleWeights> {
    if (this.#disposed) throw new RangeError('the module cache was disposed');
    const key = `${place.index}/${place.level}`;
    const known = this.#entries.get(key);
    const entry = known ?? this.#load(key, place);
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    entry.leases++;
    held.push(entry);
    return entry.loaded;
  }

  #load(key: string, place: Place): Entry {
    const start = async (): Promise<ModuleWeights> => {
      try {
        const module = this.#denseModule(place.index);
        const sliced = await this.#gather(module, place);
        entry.tensors = Object.values(sliced);
        entry.bytes = entry.tensors.reduce((sum, { bytes }) => sum + bytes, 0);
        this.#bytes += entry.bytes;
        this.#shrink();
        return smallModule(module, place.entry, { ...sharedTensors(this.#options.dense, module), ...sliced });
      } catch (error) {
        this.#entries.delete(key); // so that the next lease tries again
        throw error;
      }
    };
    const entry: Entry = { loaded: Promise.resolve().then(start), tensors: [], bytes: 0, leases: 0 };
    return entry;
  }

  async #gather(module: ModuleWeights, { index, level, entry }: Place): Promise<Record<string, Tensor>> {
    const { runtime, dense, database } = this.#options;
    const output = await database.weights.read(index, level);
    if (output === null) throw new RangeError(`no weight of module ${index} at level ${level}`);
    const sliced = await gatherModule({ runtime, rows: this.#rows, spec: dense.spec, module, output }, entry);
    if (!this.#disposed) return sliced;
    for (const tensor of Object.values(sliced)) tensor.dispose();
    throw new RangeError('the module cache was disposed');
  }

  #release(held: Entry[]): void {
    for (const entry of held.splice(0)) entry.leases--;
    this.#shrink();
  }

  #shrink(): void {
    for (const [key, { leases }] of this.#entries) {
      if (this.#bytes <= this.#options.budgetBytes) return;
      if (leases === 0) this.#evict(key);
    }
  }

  #evict(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    for (const tensor of entry.tensors) tensor.dispose();
    this.#bytes -= entry.bytes;
  }
}

function sharedTensors({ spec }: ModelWeights, module: ModuleWeights): ModuleTensors {
  return Object.fromEntries(sharedTensorNames(spec, module).map((name) => [name, tensorOf(module, name)]));
}

function smallModule(module: ModuleId, level: LevelEntry, tensors: ModuleTensors): ModuleWeights {
  const { layer, kind } = module;
  return kind === 'attention' ? { kind, layer, queryGroups: level.queryGroups, tensors } : { kind, layer, channels: level.channels, tensors };
}

async function cloneModel(runtime: Runtime, model: ModelWeights, { embeddings = true }: TrainingScope): Promise<OwnedModel> {
  const copies: Tensor[] = [];
  const free = (): void => copies.forEach((tensor) => tensor.dispose());
  const copy = async (tensor: Tensor): Promise<Tensor> => {
    const made = await runtime.clone(tensor);
    copies.push(made);
    return made;
  };
  const copyTable = async (table: Table): Promise<Table> => {
    const tiles: Tile[] = [];
    for (const tile of table) tiles.push({ ...tile, tensor: await copy(tile.tensor) });
    return tiles;
  };
  try {
    const embedding = embeddings ? await copyTable(model.embedding) : model.embedding;
    const finalNorm = await copy(model.finalNorm);
    const tied = model.head === model.embedding;
    const head = tied ? embedding : embeddings ? await copyTable(model.head) : model.head;
    const modules: (ModuleWeights | null)[] = [];
    for (const module of model.modules) {
      if (module === null) {
        modules.push(null);
        continue;
      }
      const tensors: Record<string, Tensor> = {};
      for (const [name, tensor] of Object.entries(module.tensors)) tensors[name] = await copy(tensor);
      modules.push({ ...module, tensors });
    }
    return { weights: { spec: model.spec, embedding, finalNorm, head, modules }, [Symbol.dispose]: free };
  } catch (error) {
    free();
    throw error;
  }
}
