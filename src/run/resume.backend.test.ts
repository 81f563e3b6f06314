import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { losingRuntime } from '../runtime/losing-runtime.fixture.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { makeRuntime, onGpu } from '../runtime/testing.ts';
import { FillingStorage } from '../storage/filling-storage.fixture.ts';
import { MemoryStorage } from '../storage/memory-storage.ts';
import type { Storage } from '../storage/storage.ts';
import { ActiveClock } from './active-clock.ts';
import { canonicalLog } from './canonical-log.ts';
import { RunMemory } from './checkpoints/run-memory.ts';
import { parseRunConfig } from './parse-config.ts';
import type { RunConfigInput } from './run-config.ts';
import type { RunContext } from './run-context.ts';
import type { RunEvent } from './run-events.ts';
import { run } from './run.ts';
import { tinyContext, tinyRun } from './tiny-run.fixture.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await makeRuntime();
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
});

const minutes = 60_000;
const id = 'run1';

/** A run with a little of everything; what it writes at its end is tested elsewhere. */
const whole: RunConfigInput = {
  ...tinyRun,
  exports: [],
  search: { ...tinyRun.search, generations: 2 },
  postTraining: { tokens: 192, learningRate: 1e-3 },
};

/** With a clock by which every save is due, in training now and then. */
async function hastyContext(): Promise<{ context: RunContext }> {
  const { context } = await tinyContext(runtime);
  let now = 0;
  const clock = new ActiveClock(() => (now += 2000));
  clock.resume();
  return { context: { ...context, clock } };
}

type Seen = (event: RunEvent, context: RunContext) => void;

/** Whether a run is cut off now, by what it told in this life. */
type Cut = (told: readonly RunEvent[]) => boolean;
const never: Cut = () => false;

/** Behind the event of that type and number: how many others come before it is a matter of the machine's pace. */
const behind =
  (type: RunEvent['type'], number: number): Cut =>
  (told) =>
    told.at(-1)?.type === type && told.filter((event) => event.type === type).length === number;

/** Pulls a run's events; it is given up where it is cut, as a tab is closed. Its log as the storage has it, and what was told since. */
async function pull(storage: Storage, context: RunContext, config: RunConfigInput, cut = never, seen: Seen = () => {}) {
  const parsed = parseRunConfig(config);
  const opened = await RunMemory.open(storage, id).catch(() => null);
  const memory = opened?.memory ?? (await RunMemory.begin(storage, id, parsed));
  const log: RunEvent[] = [];
  for await (const line of memory.log()) log.push(JSON.parse(line) as RunEvent);
  const told: RunEvent[] = [];
  for await (const event of run(parsed, context, memory)) {
    told.push(JSON.parse(JSON.stringify(event)) as RunEvent);
    seen(event, context);
    if (cut(told)) break;
  }
  return { log: [...log, ...told], told, finished: told.at(-1)?.type === 'run-finished' };
}

let reference: ReturnType<typeof unbroken> | null = null;
/** The run that nobody disturbs, made once. */
const undisturbed = (): ReturnType<typeof unbroken> => (reference ??= unbroken(whole));

async function unbroken(config: RunConfigInput, seen?: Seen): Promise<{ lines: string[]; log: RunEvent[] }> {
  const { context } = await hastyContext();
  const { log } = await pull(new MemoryStorage(), context, config, never, seen);
  expect(log.at(-1)?.type).toBe('run-finished');
  return { lines: canonicalLog(log), log };
}

/** A run that is cut off again and again, in each life elsewhere. */
async function broken(config: RunConfigInput, lives: (life: number) => Cut, seen?: Seen): Promise<{ lines: string[]; lives: number }> {
  const storage = new MemoryStorage();
  for (let life = 0; ; life++) {
    const { context } = await hastyContext();
    const before = runtime.live().tensors;
    const { log, finished } = await pull(storage, context, config, lives(life), seen);
    expect(runtime.live().tensors).toBe(before);
    if (finished) return { lines: canonicalLog(log), lives: life + 1 };
  }
}

/** Places in a run that is cut off there. */
const places: readonly Parameters<typeof behind>[] = [
  ['module-pruned', 3],
  ['stage-finished', 1],
  ['stage-finished', 3],
  ['candidate-training', 5],
  ['post-training-step', 3],
  ['evaluated', 2],
  ['exports-planned', 1],
];

// On the GPU the same code runs; there results may differ by rounding, and a run takes minutes on a software one.
describe.skipIf(onGpu)('a run that is cut off and goes on', () => {
  it('tells what the unbroken one tells, wherever it was cut', { timeout: 5 * minutes }, async () => {
    const { lines } = await undisturbed();
    for (const place of places) {
      const halves = await broken(whole, (life) => (life === 0 ? behind(...place) : never));
      expect([place, halves.lives]).toEqual([place, 2]);
      expect(halves.lines).toEqual(lines);
    }
  });

  it('is the same after many lives, with settings that were changed and a parent that was chosen on the way', { timeout: 5 * minutes }, async () => {
    const seen: Seen = (event, { control }) => {
      if (event.type !== 'generation-started') return;
      if (event.generation === 1) control.tune({ maxFlips: 1, learningRate: 1e-3 });
      const [chosen] = event.offspring;
      if (event.generation === 2 && chosen) control.adopt(chosen);
    };
    const { lines } = await unbroken(whole, seen);
    const many = await broken(whole, (life) => (told) => told.length >= 12 + 9 * life, seen);
    expect(many.lives).toBeGreaterThan(4);
    expect(many.lines).toEqual(lines);
  });

  it('is saved again when there is room again, also what was cut while the disk was full', { timeout: 2 * minutes }, async () => {
    const storage = new FillingStorage(new MemoryStorage());
    const { context } = await hastyContext();
    const { lines } = await undisturbed();
    const { told } = await pull(storage, context, whole, behind('generation-started', 2), ({ type }) => {
      if (type === 'module-pruned') storage.full = true;
      if (type === 'generation-started') storage.full = false;
    });
    const warned = told.flatMap((event) => (event.type === 'warning' ? [event.explanation.what] : []));
    expect(warned).toEqual([expect.stringContaining('could not be saved')]);
    const { context: other } = await hastyContext();
    const { log: rest, told: since } = await pull(storage, other, whole);
    expect(since[0]).toMatchObject({ type: 'run-resumed' });
    expect(since.some(({ type }) => type === 'module-pruned')).toBe(false);
    expect(canonicalLog(rest.filter(({ type }) => type !== 'warning'))).toEqual(lines);
  });

  it('refuses to go on with other texts, and keeps what was saved', { timeout: minutes }, async () => {
    const storage = new MemoryStorage();
    const { context } = await hastyContext();
    const { log } = await pull(storage, context, whole, behind('module-pruned', 1));
    expect(log.length).toBeGreaterThan(0);
    const { context: other } = await hastyContext();
    const swapped: RunContext = { ...other, openText: (ref) => other.openText(ref === 'held-out' ? 'training' : 'held-out') };
    const { told } = await pull(storage, swapped, whole);
    expect(told.at(-1)).toMatchObject({ type: 'run-failed', explanation: { means: expect.stringContaining('stays saved') as string } });
    const { context: again } = await hastyContext();
    expect((await pull(storage, again, whole)).finished).toBe(true);
  });
});

/** A context whose devices are lost after so many calls each; those behind the last of them stay. What a lost device
 * holds goes with its runtime; here all are one, and it may stay. */
async function losingContext(calls: readonly number[]): Promise<RunContext> {
  const { context } = await hastyContext();
  const left = [...calls];
  const next = (): Runtime => losingRuntime(runtime, left.shift() ?? Infinity);
  return { ...context, runtime: next(), reopen: async () => next() };
}

describe.skipIf(onGpu)('a run whose device is lost', () => {
  it('comes to what the undisturbed run comes to, wherever it was lost', { timeout: 5 * minutes }, async () => {
    const { lines } = await undisturbed();
    const { log } = await pull(new MemoryStorage(), await losingContext([20, 150, 300, 200, 400]), whole);
    const losses = log.flatMap((event) => (event.type === 'device-lost' ? [event.next] : []));
    expect(losses).toEqual(['again', 'again', 'again', 'again', 'again']);
    expect(canonicalLog(log)).toEqual(lines);
  });

  it('goes on without being saved anywhere', { timeout: 5 * minutes }, async () => {
    const events: RunEvent[] = [];
    for await (const event of run(parseRunConfig({ ...whole, postTraining: { tokens: 0 }, exports: [] }), await losingContext([400]))) events.push(event);
    expect(events.filter(({ type }) => type === 'device-lost')).toHaveLength(1);
    expect(events.at(-1)?.type).toBe('run-finished');
  });

  it('is given up where it comes no further, and goes on later', { timeout: 5 * minutes }, async () => {
    const { lines } = await undisturbed();
    const storage = new MemoryStorage();
    const { told } = await pull(storage, await losingContext([400, 5, 5, 5, 5, 5, 5]), whole);
    expect(told.flatMap((event) => (event.type === 'device-lost' ? [event.next] : [])).slice(-4)).toEqual(['smaller', 'smaller', 'smaller', 'give-up']);
    expect(told.at(-1)).toMatchObject({ type: 'run-failed', explanation: { remedy: expect.stringContaining('WebAssembly') as string } });
    const { context } = await hastyContext();
    const { log, finished } = await pull(storage, context, whole);
    expect(finished).toBe(true);
    expect(canonicalLog(log)).toEqual(lines);
  });
});
