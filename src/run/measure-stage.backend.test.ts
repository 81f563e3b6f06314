import { afterAll, beforeAll, expect, test } from 'vitest';
import { Scope } from '../base/scope.ts';
import { sumOverPredicted } from '../evaluation/predicted-positions.ts';
import { nextTokens, toBatch } from '../model/token-batches.ts';
import { ModuleCache } from '../pruning/materialise.ts';
import { readFloats, type Runtime } from '../runtime/runtime.ts';
import { fewOnGpu, makeRuntime, onGpu } from '../runtime/testing.ts';
import { budgetFor } from '../search/budget.ts';
import type { Individual, SearchEvent } from '../search/events.ts';
import { failureOf } from '../search/failure.ts';
import type { MeasureEvent } from '../search/measure.ts';
import type { SearchPosition } from '../search/position.ts';
import { searchSpaceOf } from '../search/search-space.ts';
import { search } from '../search/search.ts';
import type { Stage } from '../search/settings.ts';
import { DenseStates } from './dense-states.ts';
import { createMeasure } from './measure-stage.ts';
import type { MeasuringOptions } from './measured-stage.ts';
import { drawIndices, sequencesFor } from './sample-sequences.ts';
import { tinyParts } from './tiny-parts.fixture.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await makeRuntime();
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
});

type Parts = Awaited<ReturnType<typeof tinyParts>>;

let scope: Scope;
let parts: Parts;
beforeAll(async () => {
  scope = new Scope();
  parts = await tinyParts(scope, runtime);
}, 120_000);
afterAll(async () => scope[Symbol.asyncDispose]());

const untrained: Stage = { survivors: 1, fitnessTokens: 128, trainingTokens: 0 };
const trained: Stage = { ...untrained, fitnessTokens: 64, trainingTokens: 128 };

/** Some that share one, two or three modules, one that shares none, and one with a module removed. */
function candidatesOf({ levels, database }: Parts): Individual[] {
  const removed = (database.modules[1]?.levels.length ?? 0) - 1;
  const genomes = [levels.with(2, 0), levels.with(2, 0).with(3, 4), levels, levels.with(0, 0), levels.with(1, removed), levels.with(3, 0)];
  return genomes.map((genome, index) => ({ id: `1.0${index + 1}`, genome }));
}

async function measured(options: MeasuringOptions, stage: Stage, candidates: readonly Individual[], learningRate = 1e-2) {
  const found = new Map<string, Extract<MeasureEvent, { type: 'measured' }>>();
  const dropped: Extract<MeasureEvent, { type: 'dropped' }>[] = [];
  const order: string[] = [];
  const parent = { id: '0.00', genome: parts.levels };
  for await (const event of createMeasure(options)({ generation: 1, stageIndex: 0, stage, learningRate, candidates, parent })) {
    order.push(event.type);
    if (event.type === 'measured') found.set(event.id, event);
    if (event.type === 'dropped') dropped.push(event);
  }
  return { found, dropped, order };
}

test.each(fewOnGpu(['kl', 'perplexity'] as const, 1))('by %s, a candidate has the same bits together with others and alone', { timeout: 120_000 }, async (fitness) => {
  const { options, counted } = parts;
  const candidates = fewOnGpu(candidatesOf(parts), 3);
  await measured({ ...options, fitness }, untrained, candidates); // so that the dense model's part is kept from here on
  const before = counted.forward;
  const together = await measured({ ...options, fitness }, untrained, candidates);
  const shared = counted.forward - before;
  const alone = new Map<string, unknown>();
  for (const candidate of candidates) alone.set(candidate.id, (await measured({ ...options, fitness }, untrained, [candidate])).found.get(candidate.id));
  expect([...together.found]).toEqual([...alone]);
  expect(new Set([...together.found.values()].map((event) => event.fitness)).size).toBe(candidates.length);
  expect(shared).toBeLessThan(0.8 * (counted.forward - before - shared));
});

test.skipIf(onGpu)('where their states do not fit side by side, candidates go in parts, to the same bits', { timeout: 120_000 }, async () => {
  const { options } = parts;
  const candidates = candidatesOf(parts);
  const whole = await measured(options, untrained, candidates);
  const { length } = options.fitnessPool;
  const stateBytes = 2 * 2 * length * options.dense.spec.hidden * 4; // two candidates on one sequence
  const added = async (bytes: number): Promise<number> => {
    const before = runtime.work().programs.get('mlp.forward')?.runs ?? 0;
    expect((await measured({ ...options, stateBytes: bytes }, untrained, candidates)).found).toEqual(whole.found);
    return (runtime.work().programs.get('mlp.forward')?.runs ?? 0) - before;
  };
  const [all, two, none] = [await added(options.stateBytes), await added(stateBytes), await added(1)];
  expect([all < two, two < none]).toEqual([true, true]);
});

test.skipIf(onGpu)('candidates move on module by module, all of them, and end measured', { timeout: 120_000 }, async () => {
  const { options } = parts;
  const candidates = candidatesOf(parts);
  const told = new Map<string, number[]>();
  const request = { generation: 1, stageIndex: 0, stage: untrained, learningRate: 1e-2, candidates, parent: { id: '0.00', genome: parts.levels } };
  for await (const event of createMeasure(options)(request)) {
    if (event.type !== 'measuring') continue;
    expect(event.total).toBe(untrained.fitnessTokens);
    told.set(event.id, [...(told.get(event.id) ?? []), event.done]);
  }
  expect([...told.keys()].toSorted()).toEqual(candidates.map(({ id }) => id));
  for (const done of told.values()) {
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(done.at(-1)).toBe(untrained.fitnessTokens);
    expect(done.length).toBeGreaterThan(1);
  }
});

test.skipIf(onGpu)('fitness is what every token says on the host', { timeout: 120_000 }, async () => {
  const { options, levels } = parts;
  const { transformer, dense, fitnessPool, modules } = options;
  const indices = drawIndices(fitnessPool.sequences, sequencesFor(untrained.fitnessTokens, fitnessPool.length), options.seed, 'fitness', 1, 0);
  const batch = toBatch(fitnessPool, indices);
  using lease = await modules.lease(levels);
  using expected = await transformer.hidden(dense, batch);
  using teacher = await transformer.teacher(dense, expected);
  using hidden = await transformer.hidden(lease.weights, batch);
  const { kl, nll } = await transformer.measure(teacher, lease.weights, hidden, nextTokens(batch));
  const mean = (values: Float32Array): number => sumOverPredicted(values, batch).sum / sumOverPredicted(values, batch).count;
  const candidates = [{ id: '1.01', genome: levels }];
  const of = async (fitness: 'kl' | 'perplexity') => (await measured({ ...options, fitness }, untrained, candidates)).found.get('1.01')?.fitness ?? Number.NaN;
  expect(mean(kl)).toBeGreaterThan(0);
  expect(Math.abs((await of('kl')) / mean(kl) - 1)).toBeLessThan(1e-4);
  expect(Math.abs((await of('perplexity')) / Math.exp(mean(nll)) - 1)).toBeLessThan(1e-4);
});

test.skipIf(onGpu)('training is told with its losses, the same alone, and every candidate begins at its own weights', { timeout: 120_000 }, async () => {
  const candidates = candidatesOf(parts).slice(0, 2);
  const { found, order } = await measured(parts.options, trained, candidates);
  const steps = trained.trainingTokens / parts.options.trainingPool.length;
  const one = [...Array.from({ length: steps }, () => 'training'), 'measuring'];
  expect(order).toEqual([...one, ...one, 'measured', 'measured']);
  const [first, second] = [...found.values()];
  expect(first?.losses?.[0]).toBeGreaterThan(first?.losses?.[1] ?? Number.NaN); // the rate is high enough to see it
  expect(second?.losses).not.toEqual(first?.losses);
  const alone = await measured(parts.options, trained, candidates.slice(1));
  expect(alone.found.get('1.02')).toEqual(second);
});

test('a loss that is not a number comes back as one, with the same readback', { timeout: 120_000 }, async () => {
  const before = runtime.work().readbacks;
  const { found } = await measured(parts.options, { ...trained, trainingTokens: 256 }, candidatesOf(parts).slice(0, 1), 1e30);
  expect([...found.values()].map(failureOf)).toEqual(['loss-not-finite']);
  expect(runtime.work().readbacks - before).toBe(1);
});

test('dense states that were known before are run again when they are asked for, without being counted, and keep their room', { timeout: 120_000 }, async () => {
  const { runtime: device, transformer, dense, fitnessPool } = parts.options;
  const { length } = fitnessPool;
  const room = 3 * length * dense.spec.hidden * 4;
  const states = (known?: readonly number[]): DenseStates => new DenseStates(device, transformer, dense, fitnessPool, room, known);
  const ask = async (of: DenseStates, indices: readonly number[]) => {
    const { hidden, ran } = await of.hidden(indices);
    using owned = hidden;
    return { values: await readFloats(device, owned), ran: ran / length };
  };
  using unbroken = states();
  await ask(unbroken, [4, 1]);
  const { known } = unbroken;
  expect(known).toEqual([4, 1]);
  using resumed = states(known);
  for (const [indices, ran, kept] of [[[0, 1], 1, [4, 1, 0]], [[2, 4], 1, [4, 1, 0]], [[4, 0, 2], 1, [4, 1, 0]]] as const) {
    const expected = await ask(unbroken, indices);
    expect(await ask(resumed, indices)).toEqual(expected);
    expect([expected.ran, unbroken.known, resumed.known]).toEqual([ran, kept, kept]);
  }
});

/** Equal to the dense model, near it, and far off. */
function unequal({ levels, database }: Parts): Individual[] {
  const dense = levels.map(() => 0);
  const gone = database.modules.map(({ levels: all }) => all.length - 1);
  const genomes = [dense, dense.with(3, 1), gone.with(0, 0), gone];
  return genomes.map((genome, index) => ({ id: `1.0${index + 1}`, genome }));
}

// The software adapter takes its time: there only what is shared by both.
test.each([['untrained', 0] as const, ...(onGpu ? [] : [['trained', 16] as const])])('what cannot survive is dropped, and the others keep their bits: %s', { timeout: 120_000 }, async (_, trainingTokens) => {
  const { options } = parts;
  const { length } = options.fitnessPool;
  const sequences = onGpu ? 4 : 8;
  const stage: Stage = { survivors: 2, fitnessTokens: sequences * length, trainingTokens };
  const candidates = unequal(parts);
  const whole = await measured(options, stage, candidates);
  const { found, dropped } = await measured({ ...options, earlyStop: { confidence: 0.9 } }, stage, candidates);
  expect(dropped.length).toBeGreaterThan(0);
  expect(found.size + dropped.length).toBe(candidates.length);
  for (const [id, event] of found) expect(event).toEqual(whole.found.get(id));
  const ranked = [...whole.found.values()].toSorted((a, b) => a.fitness - b.fitness).map(({ id }) => id);
  for (const { id, fitness, tokens, saved } of dropped) {
    expect(ranked.indexOf(id)).toBeGreaterThanOrEqual(stage.survivors);
    expect([tokens + saved, tokens >= 3 * length, saved > 0]).toEqual([sequences * length, true, true]);
    expect(fitness).toBeGreaterThan(0);
  }
});

/** So that all that is ever kept is there: the dense states of the whole pool, and every module at every level. */
async function warmUp({ options, database }: Parts): Promise<void> {
  const { hidden } = await options.denseStates.hidden([...Array(options.fitnessPool.sequences).keys()]);
  hidden.dispose();
  const most = Math.max(...database.modules.map(({ levels }) => levels.length));
  const genomes = Array.from({ length: most }, (_, level) => database.modules.map(({ levels }) => Math.min(level, levels.length - 1)));
  await measured(options, untrained, genomes.map((genome, index) => ({ id: `${index}`, genome })));
  await measured(options, trained, candidatesOf(parts).slice(0, 1));
}

test('generations read back once a stage, and leave no more on the device than there was', { timeout: 120_000 }, async () => {
  await warmUp(parts);
  const before = runtime.live();
  let reads = runtime.work().readbacks;
  const space = searchSpaceOf(parts.database);
  const settings = { ...parts.config.search, generations: onGpu ? 1 : 100 };
  let generations = 0;
  for await (const { type } of search({ space, budget: budgetFor(space, 0.5), strategy: 'evolution', seed: 1, settings, measure: createMeasure(parts.options) })) {
    if (type !== 'generation-finished') continue;
    generations++;
    const { readbacks } = runtime.work();
    expect(readbacks - reads).toBe(settings.stages.length);
    reads = readbacks;
    const { tensors, bytes } = runtime.live();
    expect({ tensors, bytes }).toEqual({ tensors: before.tensors, bytes: before.bytes });
  }
  expect(generations).toBe(settings.generations);
});

test.skipIf(onGpu)('a search that goes on from where it stood tells and counts what the unbroken one does, on caches that are empty again', { timeout: 120_000 }, async () => {
  const { config, options, database } = parts;
  const space = searchSpaceOf(database);
  const settings = { ...config.search, generations: 2 };
  const room = 4 * options.fitnessPool.length * options.dense.spec.hidden * 4;
  /** Events with the tokens that were counted when they came, and what was known then. */
  const play = async (from?: SearchPosition, known?: readonly number[], counted = 0) => {
    await using own = new Scope();
    const denseStates = own.own(new DenseStates(runtime, options.transformer, options.dense, options.fitnessPool, room, known));
    const modules = own.own(new ModuleCache({ runtime, dense: options.dense, database, budgetBytes: 1 << 20 }));
    let forward = counted;
    const measure = createMeasure({ ...options, denseStates, modules, count: (tokens) => (forward += tokens.forward ?? 0) });
    const told: { readonly event: SearchEvent; readonly forward: number; readonly known: readonly number[] }[] = [];
    for await (const event of search({ space, budget: budgetFor(space, 0.5), strategy: 'evolution', seed: 1, settings, measure, ...(from && { startAfter: from }) })) {
      told.push({ event, forward, known: denseStates.known });
    }
    return told;
  };
  const whole = await play();
  const positions = whole.flatMap(({ event }, index) => (event.type === 'position' ? [index] : []));
  expect(positions).toHaveLength(6);
  for (const index of positions) {
    const { event, known, forward } = whole[index] ?? {};
    if (event?.type === 'position') expect(await play(event.position, known, forward)).toEqual(whole.slice(index + 1));
  }
});
