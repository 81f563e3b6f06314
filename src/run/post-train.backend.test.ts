import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomFor } from '../base/random.ts';
import { DenseWeights } from '../model/dense-weights.ts';
import { candidateSource, readGolden, type Golden } from '../model/golden.fixture.ts';
import { trainableTensors } from '../model/parameters.ts';
import { inBatches } from '../model/token-batches.ts';
import { Transformer } from '../model/transformer.ts';
import type { TokenBatch } from '../model/weights.ts';
import { readFloats, type Runtime } from '../runtime/runtime.ts';
import { fewOnGpu, makeRuntime, onGpu } from '../runtime/testing.ts';
import { MemoryStorage } from '../storage/memory-storage.ts';
import { CheckpointStore } from './checkpoints/checkpoint-store.ts';
import { noProgress, type TrainingProgress } from './checkpoints/run-progress.ts';
import { parseRunConfig } from './parse-config.ts';
import { postTrain, type PostTrainingOptions, type TrainingSaving } from './post-train.ts';
import { RunControl } from './run-control.ts';
import type { RunEventBody } from './run-events.ts';
import type { SavedTraining } from './training-course.ts';

/** Cuts embedding and head into tiles; not on a software GPU, which takes long to compile more programs. */
const bindingLimit = 9000;

const minutes = 60_000;

/** The best is in the middle then. */
const learningRate = 0.01;

let runtime: Runtime;
let golden: Golden;
let transformer: Transformer;
let dense: DenseWeights;
beforeAll(async () => {
  runtime = await makeRuntime(onGpu ? {} : { bindingLimit });
  golden = await readGolden('llama-gqa');
  transformer = await Transformer.create(runtime, golden.source.spec);
  dense = await DenseWeights.load(runtime, golden.source);
}, minutes);
afterAll(async () => {
  dense[Symbol.dispose]();
  await transformer[Symbol.asyncDispose]();
  expect(runtime.live().tensors).toBe(0); // of all that ended, in whatever way
  await runtime[Symbol.asyncDispose]();
});

/** Sequences of `length` tokens that are drawn, so that no two are equal. */
function pool(sequences: number, length: number): TokenBatch {
  const random = randomFor(7, 'pool');
  return { ids: Int32Array.from({ length: sequences * length }, () => random.below(golden.source.spec.vocabulary)), sequences, length };
}

interface Watching {
  readonly seen?: (event: RunEventBody) => void;
  /** Makes one of its weights infinite. */
  readonly breakModel?: boolean;
}

type Trial = Partial<Pick<PostTrainingOptions, 'trainEmbeddings' | 'learningRate' | 'from' | 'save' | 'trainingPool' | 'tokens' | 'control'>> & Watching;

/** Post-training of a pruned model, which is loaded anew each time. */
async function postTrained({ seen, breakModel, ...trial }: Trial) {
  using pruned = await DenseWeights.load(runtime, await candidateSource(golden, 0));
  if (breakModel) await runtime.write(pruned.weights.finalNorm, new Float32Array(golden.source.spec.hidden).fill(Infinity));
  const usual = { trainEmbeddings: true, learningRate, trainingPool: pool(12, 16), tokens: (onGpu ? 4 : 12) * 16, control: new RunControl() };
  const models = { runtime, transformer, dense: dense.weights, weights: pruned.weights };
  const validation = inBatches(golden.batch, 1)[0] ?? golden.batch;
  const training = postTrain({ ...usual, ...models, validation, sequencesPerBatch: 1, seed: 5, ...trial });
  const events: RunEventBody[] = [];
  let next = await training.next();
  for (; !next.done; next = await training.next()) {
    events.push(next.value);
    seen?.(next.value);
  }
  const weights = new Map<string, Float32Array>();
  for (const [name, tensor] of trainableTensors(pruned.weights)) weights.set(name, await readFloats(runtime, tensor));
  return { events, weights, tokens: next.value };
}

type Outcome = Awaited<ReturnType<typeof postTrained>>;

/** The files of a storage as they are now. */
async function copyOf(storage: MemoryStorage): Promise<MemoryStorage> {
  const copy = new MemoryStorage();
  for (const { path, size } of await storage.list()) {
    await using file = await copy.open(path, { create: true });
    await file.write(0, await (await storage.openForReading(path)).read(0, size));
  }
  return copy;
}

/** A disk as it was after a save. */
interface Disk {
  readonly storage: MemoryStorage;
  readonly progress: TrainingProgress;
  /** Events told before. */
  readonly told: number;
}

class BrokenOffError extends Error {}

interface Saves {
  /** Of the saves that are offered, from 0, which are made; the end always is. */
  readonly due?: (offer: number) => boolean;
  /** The last of them, at which it breaks off. */
  readonly breakAfter?: number;
  /** Goes on there. */
  readonly on?: Disk;
}

/** Saves to a checkpoint that is committed. `events`: all that were told, to be counted. */
async function saving(events: readonly unknown[], { due = () => true, breakAfter = Infinity, on }: Saves = {}) {
  const storage = on ? await copyOf(on.storage) : new MemoryStorage();
  const store = on ? (await CheckpointStore.open(storage, 'run1')).store : await CheckpointStore.create(storage, 'run1', parseRunConfig({ version: 1 }));
  const disks: Disk[] = [];
  let offers = 0;
  const save: TrainingSaving = {
    due: () => due(offers++),
    async *write(checkpoint) {
      const progress = await checkpoint.writeTo(store);
      await store.commit({ ...noProgress, training: progress }, []);
      disks.push({ storage: await copyOf(storage), progress, told: events.length });
      if (disks.length === breakAfter) throw new BrokenOffError();
      yield* [];
    },
  };
  return { save, disks };
}

/** Post-training as a disk has it, opened anew as another page would. */
async function savedOn({ storage }: Disk): Promise<SavedTraining> {
  const { store, progress } = await CheckpointStore.open(storage, 'run1');
  if (progress.training === null) throw new Error('nothing was saved');
  return { progress: progress.training, parts: store };
}

/** Of weights and of held-out KL, on a GPU: it is not known of every one that it repeats itself to the bit. */
const gpuTolerance = 1e-5;

/** On WASM bit for bit. */
function expectAlike(found: Outcome, expected: Outcome): void {
  if (!onGpu) {
    expect(found).toEqual(expected);
    return;
  }
  expect(found.tokens).toBe(expected.tokens);
  expect(found.events.map(({ type }) => type)).toEqual(expected.events.map(({ type }) => type));
  const kl = (outcome: Outcome): number[] => ofType(outcome, 'post-training-measured').map((event) => event.kl);
  kl(expected).forEach((value, index) => expect(Math.abs(value - (kl(found)[index] ?? Number.NaN))).toBeLessThan(gpuTolerance));
  for (const [name, values] of expected.weights) {
    const other = found.weights.get(name);
    expect([name, values.every((value, index) => Math.abs(value - (other?.[index] ?? Number.NaN)) <= gpuTolerance)]).toEqual([name, true]);
  }
}

const ofType = <Type extends RunEventBody['type']>({ events }: Outcome, type: Type) =>
  events.filter((event): event is Extract<RunEventBody, { type: Type }> => event.type === type);

describe('post-training that is broken off', () => {
  const everywhere = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
  it.each(
    fewOnGpu(
      [
        ['with embedding and head', { trainEmbeddings: true }, onGpu ? [2, 4] : everywhere],
        ['without embedding and head', { trainEmbeddings: false }, [0, 1, 3, 5, 6, 8, 11, 12]],
        ['that diverges', { learningRate: 0.5 }, [0, 1, 2, 3, 4]],
      ] as const,
      1,
    ),
  )('goes on bit for bit %s, from any step', { timeout: 10 * minutes }, async (_, trial, steps) => {
    const told: RunEventBody[] = [];
    const { save, disks } = await saving(told, { due: (offer) => steps.some((step) => step === offer) });
    const unbroken = await postTrained({ ...trial, save, seen: (event) => told.push(event) });
    if (!onGpu) expectAlike(await postTrained(trial), unbroken); // saving changes nothing
    expect(disks.map(({ progress }) => progress.steps)).toEqual(steps);
    for (const disk of disks) {
      const resumed = await postTrained({ ...trial, from: await savedOn(disk) });
      expectAlike({ ...resumed, events: [...unbroken.events.slice(0, disk.told), ...resumed.events] }, unbroken);
    }
  });

  // More than a hundred steps: every other loss is told, with the one before.
  it.skipIf(onGpu)('goes on bit for bit between two losses that are told together, broken off again and again', async () => {
    const trial = { trainingPool: pool(104, 4), tokens: 104 * 4, trainEmbeddings: false };
    const unbroken = await postTrained(trial);
    expect(ofType(unbroken, 'post-training-step')).toHaveLength(52);
    const events: RunEventBody[] = [];
    let on: Disk | undefined;
    const lossCounts: number[] = [];
    for (const breakAt of [1, 0, 44, 31]) {
      const before = on?.told ?? 0;
      events.length = before; // what was told behind the save is taken back
      const { save, disks } = await saving(events, { due: (offer) => offer === breakAt, breakAfter: 1, ...(on && { on }) });
      const broken = postTrained({ ...trial, save, from: on && (await savedOn(on)), seen: (event) => events.push(event) });
      await expect(broken).rejects.toThrow(BrokenOffError);
      on = disks[0];
      lossCounts.push(on?.progress.lossCount ?? Number.NaN);
    }
    expect(lossCounts).toEqual([1, 0, 1, 1]);
    if (!on) throw new Error('nothing was saved');
    const resumed = await postTrained({ ...trial, from: await savedOn(on) });
    expectAlike({ ...resumed, events: [...events.slice(0, on.told), ...resumed.events] }, unbroken);
  });

  it.skipIf(onGpu)('writes the best weights when they have changed, and nothing else of what was written before', async () => {
    const { save, disks } = await saving([]);
    await postTrained({ save });
    const names = disks.map(({ progress }) => progress.bestWeights?.name ?? null);
    const best = disks.map(({ progress }) => progress.best);
    expect(names[0]).toBe(null); // those before training are in the database
    for (const [index, name] of names.entries()) if (index > 0) expect(name === names[index - 1]).toBe(best[index] === best[index - 1]);
    expect(new Set(names).size).toBe(3);
    expect(disks.at(-1)?.progress).toMatchObject({ finished: true, state: null, steps: 12, tokens: 192, measuredAt: 192 });
  });

  it.skipIf(onGpu)('tells nothing more once it was over, also where it was stopped, and has the best weights', async () => {
    for (const stopAt of [Infinity, 64]) {
      const { save, disks } = await saving([], { due: () => false });
      const control = new RunControl();
      const stop = (event: RunEventBody): void => {
        if (event.type === 'post-training-step' && event.tokens === stopAt) control.requestStop();
      };
      const over = await postTrained({ save, control, seen: stop });
      expect(ofType(over, 'post-training-step').at(-1)?.tokens).toBe(Math.min(stopAt, 192));
      const [end] = disks;
      if (!end || disks.length > 1) throw new Error('it is saved once, at the end');
      expect(await postTrained({ from: await savedOn(end) })).toEqual({ ...over, events: [] });
    }
  });
});

describe.skipIf(onGpu)('post-training that goes wrong', () => {
  it.each([
    ['loss', 1e20, 'Post-training ended after 32 of 192 tokens: its loss is no finite number any more.'],
    ['quality', 10, 'Post-training ended after 32 of 192 tokens: KL and perplexity on held-out text are no finite numbers any more.'],
    ['course', 0.5, 'Post-training ended after 64 of 192 tokens: it diverged: KL on held-out text was more than 4 times the 0.850 from before it at 2 measurements in a row, and perplexity higher too.'],
  ])('by its %s ends with a warning, tells only numbers, and keeps the weights from before it', async (_, rate, what) => {
    const { save, disks } = await saving([]);
    const ended = await postTrained({ save, learningRate: rate });
    const untrained = await postTrained({ learningRate: 1e-45 });
    expect(ended.weights).toEqual(untrained.weights);
    const [warning] = ofType(ended, 'warning');
    expect(warning?.explanation).toEqual({
      what,
      means: 'The run goes on with the weights from before post-training, which are the best.',
      remedy: `Run again with a lower learning rate of post-training than ${rate}, for example a third of it.`,
    });
    expect(ended.events.at(-1)).toBe(warning);
    expect(JSON.parse(JSON.stringify(ended.events))).toEqual(ended.events);
    for (const { progress } of disks) expect(JSON.parse(JSON.stringify(progress))).toEqual(progress);
    expect(disks.at(-1)?.progress).toMatchObject({ finished: true, bestWeights: null });
  });

  it('says so where the model is broken before it, and trains nothing', async () => {
    const { save, disks } = await saving([]);
    const ended = await postTrained({ save, breakModel: true });
    expect(ended.events).toMatchObject([{ type: 'warning', explanation: { what: expect.stringContaining('There was no post-training') } }]);
    expect(disks.map(({ progress }) => progress)).toMatchObject([{ finished: true, steps: 0, best: null, untrained: null, bestWeights: null }]);
    expect((await postTrained({ from: await savedOn(disks[0] as Disk), breakModel: true })).events).toEqual([]);
  });
});
