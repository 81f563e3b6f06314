import { join } from 'node:path';
import { type Random, randomFor } from '../../src/base/random.ts';
import { FolderStorage } from '../../src/cli/folder-storage.ts';
import { HeadlessLibrary } from '../../src/cli/headless-library.ts';
import { parseArguments } from '../../src/cli/parse-arguments.ts';
import { pruneInline } from '../../src/pruning/prune-executor.ts';
import { ActiveClock } from '../../src/run/active-clock.ts';
import { RunMemory } from '../../src/run/checkpoints/run-memory.ts';
import { removeCheckpoint } from '../../src/run/checkpoints/list-checkpoints.ts';
import { eventsInForce } from '../../src/run/events-in-force.ts';
import { parseRunConfig } from '../../src/run/parse-config.ts';
import type { RunConfig } from '../../src/run/run-config.ts';
import type { RunContext } from '../../src/run/run-context.ts';
import { RunControl } from '../../src/run/run-control.ts';
import type { RunEvent } from '../../src/run/run-events.ts';
import { run } from '../../src/run/run.ts';
import { createRuntime } from '../../src/runtime/create-runtime.ts';
import { losingRuntime } from '../../src/runtime/losing-runtime.fixture.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import { FillingStorage } from '../../src/storage/filling-storage.fixture.ts';
import { parseEvents } from '../../src/store/parse-events.ts';
import { violations } from './invariants.ts';
import { LiveMemory } from './live-memory.ts';
import { subjectConfig, subjectNames, writeTexts } from './subject.ts';

export interface SoakOptions {
  readonly folder: string;
  readonly minutes: number;
  readonly seed: number;
  readonly say: (line: string) => void;
}

interface Tally {
  runs: number;
  pauses: number;
  kills: number;
  losses: number;
  fills: number;
  changes: number;
}

const noTally = (): Tally => ({ runs: 0, pauses: 0, kills: 0, losses: 0, fills: 0, changes: 0 });

/** What one run is disturbed by. */
class Chaos {
  readonly control = new RunControl();
  readonly storage: FillingStorage;
  readonly #random: Random;
  readonly #tally: Tally;
  #seen: { readonly id: string; readonly genome: readonly number[] }[] = [];

  constructor(storage: FillingStorage, random: Random, tally: Tally) {
    this.storage = storage;
    this.#random = random;
    this.#tally = tally;
  }

  /** Calls of a runtime until its device is lost; most are not. */
  get callsLeft(): number {
    return this.#random.unit() < 0.4 ? this.#random.below(1500) : Infinity;
  }

  /** What happens behind an event. Returns whether the run is killed there. */
  async disturb(event: RunEvent): Promise<boolean> {
    if (event.type === 'device-lost') this.#tally.losses++;
    if (event.type === 'generation-started') this.#seen = [...this.#seen, ...event.offspring].slice(-64);
    const dice = this.#random.unit();
    if (dice < 0.004) {
      this.#tally.pauses++;
      await new Promise((resolve) => void setTimeout(resolve, this.#random.below(50)));
    } else if (dice < 0.008) {
      this.storage.full = !this.storage.full;
      this.#tally.fills++;
    } else if (dice < 0.012) {
      this.#change();
    } else if (dice < 0.015) {
      this.#tally.kills++;
      return true;
    }
    return false;
  }

  #change(): void {
    this.#tally.changes++;
    const random = this.#random;
    const chosen = this.#seen[random.below(Math.max(1, this.#seen.length))];
    if (random.unit() < 0.3 && chosen !== undefined) this.control.adopt(chosen);
    else this.control.tune({ maxFlips: 1 + random.below(4), offspring: 3 + random.below(8), learningRate: 10 ** -(2 + random.below(4)) });
  }
}

/** A run that is disturbed until it has finished. Returns what was wrong with it. */
async function disturbedRun(config: RunConfig, chaos: Chaos, device: Device): Promise<string[]> {
  const storage = chaos.storage;
  const id = 'soak';
  for (let life = 0; ; life++) {
    const memory = life === 0 ? await RunMemory.begin(storage, id, config) : (await RunMemory.open(storage, id)).memory;
    const before = await parsed(memory);
    const told: RunEvent[] = [];
    let killed = false;
    for await (const event of run(config, device.context(config, chaos), memory)) {
      told.push(event);
      killed = await chaos.disturb(event);
      if (killed) break;
    }
    if (killed) {
      storage.full = false;
      continue;
    }
    const events = eventsInForce([...before, ...told]);
    storage.full = false;
    await removeCheckpoint(storage, id);
    const lines = events.map((event) => `${JSON.stringify(event)}\n`).join('');
    return [...violations(await parseEvents(lines)), ...device.leaks()];
  }
}

async function parsed(memory: RunMemory): Promise<readonly RunEvent[]> {
  const lines: string[] = [];
  for await (const line of memory.log()) lines.push(line);
  return lines.length === 0 ? [] : await parseEvents(lines.join('\n'));
}

/** The device that all runs share, until it is lost. */
class Device {
  #runtime: Runtime;
  readonly #library: HeadlessLibrary;
  readonly #limits: RunContext['limits'];

  private constructor(runtime: Runtime, library: HeadlessLibrary) {
    this.#runtime = runtime;
    this.#library = library;
    this.#limits = { backend: 'wasm', maxBindingBytes: runtime.info.maxBindingBytes, available: { gpu: 0, memory: 8e9, storage: 8e9 }, lowerBounds: [], pruneWorkers: 1 };
  }

  static async open(): Promise<Device> {
    return new Device(await createRuntime({ prefer: 'wasm', threads: 1 }), new HeadlessLibrary(parseArguments(['--config', '-', '--out', '-'])));
  }

  /** Tensors that nobody freed. */
  leaks(): string[] {
    const { tensors } = this.#runtime.live();
    return tensors === 0 ? [] : [`${tensors} tensors were not freed`];
  }

  context(config: RunConfig, chaos: Chaos): RunContext {
    const library = this.#library;
    return {
      runtime: losingRuntime(this.#runtime, chaos.callsLeft),
      reopen: async () => {
        await this.#runtime[Symbol.asyncDispose]();
        this.#runtime = await createRuntime({ prefer: 'wasm', threads: 1 });
        return losingRuntime(this.#runtime, chaos.callsLeft);
      },
      clock: new ActiveClock(),
      control: chaos.control,
      executor: pruneInline,
      pruneWorkers: 1,
      limits: this.#limits,
      scratch: chaos.storage,
      timing: { speedSeconds: 0, latencySeconds: 0 },
      inspectModel: (model) => library.inspectModel(model),
      openModel: (model, onProgress) => library.openModel(model, onProgress),
      openText: (text) => library.openText(text),
      exports: { storage: chaos.storage, place: () => `exports/${config.seed}` },
    };
  }
}

/** Runs after runs, disturbed from a seed, for so many minutes. Returns what was violated. */
export async function soakHeadless({ folder, minutes, seed, say }: SoakOptions): Promise<string[]> {
  const texts = await writeTexts(folder);
  const device = await Device.open();
  const faults: string[] = [];
  let tally = noTally();
  const soak = async (index: number): Promise<string[]> => {
    const name = subjectNames[index % subjectNames.length] ?? 'random search';
    const storage = new FillingStorage(new FolderStorage(join(folder, 'storage')));
    const chaos = new Chaos(storage, randomFor(seed, 'soak', index), tally);
    const found = await disturbedRun(parseRunConfig(subjectConfig(name, seed + index, texts)), chaos, device);
    await storage.remove('exports');
    const left = await storage.list();
    if (left.length > 0) found.push(`files were left: ${left.map(({ path }) => path).join(', ')}`);
    return found.map((fault) => `run ${index + 1} (${name}): ${fault}`);
  };
  // Each subject some times, so that all code is loaded and compiled when memory is first looked at.
  const warm = 2 * subjectNames.length;
  for (let index = 0; index < warm; index++) faults.push(...(await soak(index)));
  say(`warm: ${JSON.stringify(tally)}`);
  tally = noTally();
  const memory = new LiveMemory();
  const end = performance.now() + minutes * 60_000;
  for (let index = warm; performance.now() < end; index++) {
    const found = await soak(index);
    faults.push(...found);
    tally.runs++;
    // Always behind the same subject, whose last objects may linger.
    const told = index % subjectNames.length === 0 ? await memory.look() : null;
    if (told !== null || found.length > 0) say(`${JSON.stringify(tally)} ${told ?? ''}${found.length > 0 ? ` VIOLATED: ${found.join('; ')}` : ''}`);
  }
  say(`${JSON.stringify(tally)} ${memory.summary()}`);
  if (memory.growth > 0.02) faults.push(`live memory grew by ${(100 * memory.growth).toFixed(1)} %`);
  return faults;
}
