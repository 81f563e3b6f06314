import { afterAll, beforeAll, expect, test } from 'vitest';
import { outcomeOf } from '../base/outcome-of.ts';
import { Scope } from '../base/scope.ts';
import { sumOverPredicted } from '../evaluation/predicted-positions.ts';
import { DenseWeights } from '../model/dense-weights.ts';
import { moduleIds } from '../model/spec.ts';
import { nextTokens, toBatch } from '../model/token-batches.ts';
import { Transformer } from '../model/transformer.ts';
import { buildLevelDatabase } from '../pruning/build-database.ts';
import { calibrate } from '../pruning/calibrate.ts';
import { LevelWeights } from '../pruning/level-weights.ts';
import { ModuleCache } from '../pruning/materialise.ts';
import { outputProjection } from '../pruning/prune-module.ts';
import { pruneInline } from '../pruning/prune-executor.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { fewOnGpu, makeRuntime, onGpu } from '../runtime/testing.ts';
import { budgetFor } from '../search/budget.ts';
import type { Individual } from '../search/events.ts';
import type { MeasureEvent } from '../search/measure.ts';
import { searchSpaceOf } from '../search/search-space.ts';
import { search } from '../search/search.ts';
import type { Stage } from '../search/settings.ts';
import { planCorpus } from './corpus.ts';
import { DenseStates } from './dense-states.ts';
import { createMeasure } from './measure-stage.ts';
import type { MeasuringOptions } from './measured-stage.ts';
import { parseRunConfig } from './parse-config.ts';
import { drawIndices, sequencesFor } from './sample-sequences.ts';
import { tinyContext, tinyRun } from './tiny-run.fixture.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await makeRuntime();
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
});

/** All that the measuring function takes, on the tiny model, and how many tokens it ran. */
async function tinyParts(scope: Scope) {
  const config = parseRunConfig(tinyRun);
  const { context } = await tinyContext(runtime);
  const { spec, weights: source, tokenizer } = await context.openModel('', () => {});
  const [training, heldOut] = await Promise.all([context.openText('training'), context.openText('held-out')]);
  const corpus = await planCorpus(config, spec, tokenizer, { training, heldOut }, () => {});
  const transformer = scope.own(await Transformer.create(runtime, spec));
  const { weights: dense } = scope.own(await DenseWeights.load(runtime, source));
  const hessians = await outcomeOf(calibrate({ runtime, transformer, dense, tokens: corpus.calibration, sequencesPerBatch: 4, storage: context.scratch }));
  const weights = scope.own(LevelWeights.inMemory());
  const database = await outcomeOf(
    buildLevelDatabase({
      spec,
      granularity: 'kv-group',
      K: 10,
      damping: 0.01,
      takeHessian: (id) => hessians.take(id),
      readOutputWeight: (id) => source.read(outputProjection(id)),
      executor: pruneInline,
      weights,
      concurrency: 1,
    }),
  );
  const modules = scope.own(new ModuleCache({ runtime, dense, database, budgetBytes: 1 << 26 }));
  const denseStates = scope.own(new DenseStates(runtime, transformer, dense, corpus.fitness, 1 << 26));
  const counted = { forward: 0 };
  const options: MeasuringOptions = {
    runtime,
    transformer,
    dense,
    modules,
    fitnessPool: corpus.fitness,
    denseStates,
    trainingPool: corpus.training,
    fitness: 'kl',
    earlyStop: null,
    trainEmbeddings: true,
    seed: 1,
    sequencesPerBatch: 3,
    stateBytes: 1 << 26,
    count: ({ forward = 0 }) => (counted.forward += forward),
  };
  const levels: readonly number[] = moduleIds(spec).map((_, index) => (index % 2 === 0 ? 1 : 5));
  return { config, options, counted, database, levels };
}

type Parts = Awaited<ReturnType<typeof tinyParts>>;

let scope: Scope;
let parts: Parts;
beforeAll(async () => {
  scope = new Scope();
  parts = await tinyParts(scope);
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

async function measured(options: MeasuringOptions, stage: Stage, candidates: readonly Individual[]) {
  const found = new Map<string, Extract<MeasureEvent, { type: 'measured' }>>();
  const dropped: Extract<MeasureEvent, { type: 'dropped' }>[] = [];
  const order: string[] = [];
  const parent = { id: '0.00', genome: parts.levels };
  for await (const event of createMeasure(options)({ generation: 1, stageIndex: 0, stage, learningRate: 1e-2, candidates, parent })) {
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
