import { afterAll, beforeAll, expect, test } from 'vitest';
import { Scope } from '../base/scope.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { makeRuntime } from '../runtime/testing.ts';
import { failureOf } from '../search/failure.ts';
import type { MeasureEvent } from '../search/measure.ts';
import type { FitnessKind } from '../evaluation/fitness.ts';
import { parseRunConfig } from './parse-config.ts';
import type { RunEvent } from './run-events.ts';
import { run } from './run.ts';
import { createMeasure } from './measure-stage.ts';
import { calmed, tinyParts } from './tiny-parts.fixture.ts';
import { tinyContext, tinyRun } from './tiny-run.fixture.ts';

let runtime: Runtime;
let scope: Scope;
let parts: Awaited<ReturnType<typeof tinyParts>>;
beforeAll(async () => {
  runtime = await makeRuntime();
  scope = new Scope();
  parts = await tinyParts(scope, runtime, calmed);
}, 120_000);
afterAll(async () => {
  await scope[Symbol.asyncDispose]();
  await runtime[Symbol.asyncDispose]();
});

/** What a stage says of one candidate that was trained at some rate, on so many tokens; it reads back once. */
async function trainedAt(learningRate: number, trainingTokens: number, fitness: FitnessKind) {
  const before = runtime.work().readbacks;
  const stage = { survivors: 1, fitnessTokens: 64, trainingTokens };
  const parent = { id: '0.00', genome: parts.levels };
  const found: Extract<MeasureEvent, { type: 'measured' }>[] = [];
  const request = { generation: 1, stageIndex: 0, stage, learningRate, candidates: [{ id: '1.01', genome: parts.levels }], parent };
  for await (const event of createMeasure({ ...parts.options, fitness })(request)) if (event.type === 'measured') found.push(event);
  expect(runtime.work().readbacks - before).toBe(1);
  const [only] = found;
  if (!only) throw new Error('the candidate is measured');
  return only;
}

/** Tokens of two steps or more, and of one: that is seen by what is measured afterwards. Presets train at 1e-5 to 2e-4. */
const cases = [
  [1, 256, 'kl', 'diverged'],
  [1, 256, 'perplexity', 'diverged'],
  [1, 64, 'kl', 'diverged'],
  [1, 64, 'perplexity', 'diverged'],
  [1e30, 128, 'kl', 'fitness-not-finite'],
  [1e-3, 256, 'kl', null],
  [1e-4, 256, 'kl', null],
  [1e-4, 256, 'perplexity', null],
] as const;

test.each(cases)('training at a rate of %d on %d tokens, by %s: %s, seen when the stage is read', { timeout: 120_000 }, async (rate, tokens, fitness, reason) => {
  expect(failureOf(await trainedAt(rate, tokens, fitness))).toBe(reason);
});

test('a run whose candidates all fail goes on to its end, with the parent that it began with', { timeout: 120_000 }, async () => {
  const { context } = await tinyContext(runtime);
  const openModel: typeof context.openModel = async (...given) => {
    const model = await context.openModel(...given);
    return { ...model, weights: calmed(model.weights) };
  };
  const events: RunEvent[] = [];
  const config = parseRunConfig({ ...tinyRun, search: { ...tinyRun.search, learningRate: 1 }, exports: [] });
  for await (const event of run(config, { ...context, openModel })) events.push(event);
  expect(events.filter(({ type }) => type === 'run-failed')).toEqual([]);
  expect(events.at(-1)).toMatchObject({ type: 'run-finished', result: { stopped: false } });
  expect(events.find(({ type }) => type === 'search-finished')).toMatchObject({ winner: { id: '0.00' }, fitness: null });
  const failed = events.flatMap((event) => (event.type === 'candidate-failed' ? [[event.generation, event.stage, event.reason]] : []));
  expect(failed).toEqual([1, 2].flatMap((generation) => [1, 2, 3].map(() => [generation, 1, 'diverged']))); // two survivors and the parent
  expect(events.flatMap((event) => (event.type === 'generation-finished' ? [[event.parent.id, event.fitness, event.replaced]] : []))).toEqual([1, 2].map(() => ['0.00', null, false]));
});
