import type { ModuleId } from '../model/spec.ts';
import type { ModelWeights, ModuleTensors, ModuleWeights, WeightSource } from '../model/weights.ts';
import type { Runtime, Tensor } from '../runtime/runtime.ts';
import { gatherModule, sharedTensorNames } from './gather-module.ts';
import { entriesOf, specOfGenome } from './genome-spec.ts';
import type { Genome, LevelDatabase, LevelEntry } from './level-database.ts';
import { moduleName } from './prune-module.ts';

export interface ModuleCacheOptions {
  readonly runtime: Runtime;
  /** Weights of the dense model. */
  readonly source: WeightSource;
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

/** A private model: `dispose` frees every tensor of it. */
export interface OwnedModel extends Disposable {
  readonly weights: ModelWeights;
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
export class ModuleCache implements Disposable {
  readonly #options: ModuleCacheOptions;
  /** In order of use, oldest first. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;
  #disposed = false;

  constructor(options: ModuleCacheOptions) {
    this.#options = options;
  }

  /** Bytes of gathered tensors on the device. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Borrows the model of a genome. Throws {@link GenomeInvalidError}, or what the source or the runtime throws. */
  async lease(genome: Genome): Promise<ModelLease> {
    const { dense, database } = this.#options;
    const spec = specOfGenome(dense.spec, database, genome);
    const held: Entry[] = [];
    try {
      const modules: (ModuleWeights | null)[] = [];
      for (const [index, entry] of entriesOf(database, genome).entries()) {
        const module = this.#denseModule(index);
        if (entry.kept.length === 0) modules.push(null);
        else if (entry.removed === 0) modules.push(module);
        else modules.push(await this.#acquire(`${index}/${entry.removed}`, module, entry, held));
      }
      return { weights: { ...dense, spec, modules }, [Symbol.dispose]: () => this.#release(held) };
    } catch (error) {
      this.#release(held);
      throw error;
    }
  }

  /** A private copy of the model of a genome, to be trained: embedding, norms and head are copies too. Throws as {@link lease}. */
  async ownedModel(genome: Genome): Promise<OwnedModel> {
    using lease = await this.lease(genome);
    return await cloneModel(this.#options.runtime, lease.weights); // awaited, so that the lease outlives the copying
  }

  /** Frees what the cache owns. No lease may be in use. */
  [Symbol.dispose](): void {
    this.#disposed = true;
    for (const key of this.#entries.keys()) this.#evict(key);
  }

  #denseModule(index: number): ModuleWeights {
    const module = this.#options.dense.modules[index];
    if (!module) throw new RangeError(`the dense model has no module ${index}`);
    return module;
  }

  async #acquire(key: string, module: ModuleWeights, level: LevelEntry, held: Entry[]): Promise<ModuleWeights> {
    if (this.#disposed) throw new RangeError('the module cache was disposed');
    const known = this.#entries.get(key);
    const entry = known ?? this.#load(key, module, level);
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    entry.leases++;
    held.push(entry);
    return entry.loaded;
  }

  #load(key: string, module: ModuleWeights, level: LevelEntry): Entry {
    const start = async (): Promise<ModuleWeights> => {
      try {
        const { source, runtime } = this.#options;
        const gathered = await gatherModule(source, module, level);
        if (this.#disposed) throw new RangeError('the module cache was disposed');
        const sliced = uploadAll(gathered, ({ data, shape }) => runtime.upload(data, shape));
        entry.tensors = Object.values(sliced);
        entry.bytes = entry.tensors.reduce((sum, { bytes }) => sum + bytes, 0);
        this.#bytes += entry.bytes;
        this.#shrink();
        return smallModule(module, level, { ...sharedTensors(this.#options.dense, module), ...sliced });
      } catch (error) {
        this.#entries.delete(key); // so that the next lease tries again
        throw error;
      }
    };
    const entry: Entry = { loaded: Promise.resolve().then(start), tensors: [], bytes: 0, leases: 0 };
    return entry;
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

/** Makes a tensor of every item; frees those made where one fails. */
function uploadAll<Item>(items: Iterable<readonly [string, Item]>, make: (item: Item) => Tensor): Record<string, Tensor> {
  const made: Record<string, Tensor> = {};
  try {
    for (const [name, item] of items) made[name] = make(item);
    return made;
  } catch (error) {
    for (const tensor of Object.values(made)) tensor.dispose();
    throw error;
  }
}

function sharedTensors({ spec }: ModelWeights, module: ModuleWeights): ModuleTensors {
  const names = sharedTensorNames(spec, module);
  return Object.fromEntries(
    names.map((name) => {
      const tensor = module.tensors[name];
      if (tensor === undefined) throw new RangeError(`${moduleName(module)} has no ${name}`);
      return [name, tensor];
    }),
  );
}

function smallModule(module: ModuleId, level: LevelEntry, tensors: ModuleTensors): ModuleWeights {
  const { layer, kind } = module;
  return kind === 'attention' ? { kind, layer, queryGroups: level.queryGroups, tensors } : { kind, layer, channels: level.channels, tensors };
}

async function cloneModel(runtime: Runtime, model: ModelWeights): Promise<OwnedModel> {
  const copies: Tensor[] = [];
  const free = (): void => copies.forEach((tensor) => tensor.dispose());
  const copy = async (tensor: Tensor): Promise<Tensor> => {
    const made = await runtime.clone(tensor);
    copies.push(made);
    return made;
  };
  try {
    const embedding = await copy(model.embedding);
    const finalNorm = await copy(model.finalNorm);
    const head = model.head === model.embedding ? embedding : await copy(model.head);
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
