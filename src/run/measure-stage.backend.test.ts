import { afterAll, beforeAll, expect, test } from 'vitest';
import { Scope } from '../base/scope.ts';
import { DenseWeights } from '../model/dense-weights.ts';
import { moduleIds } from '../model/spec.ts';
import { Transformer } from '../model/transformer.ts';
import { buildLevelDatabase } from '../pruning/build-database.ts';
import { calibrate } from '../pruning/calibrate.ts';
import { LevelWeights } from '../pruning/level-weights.ts';
import { ModuleCache } from '../pruning/materialise.ts';
import { outputProjection } from '../pruning/prune-module.ts';
import { pruneInline } from '../pruning/prune-executor.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { makeRuntime } from '../runtime/testing.ts';
import { planCorpus } from './corpus.ts';
import { DenseStates } from './dense-states.ts';
import { createMeasure } from './measure-stage.ts';
import { parseRunConfig } from './parse-config.ts';
import { tinyContext, tinyRun } from './tiny-run.fixture.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await makeRuntime();
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
});

async function outcomeOf<Outcome>(events: AsyncGenerator<unknown, Outcome>): Promise<Outcome> {
  for (;;) {
    const next = await events.next();
    if (next.done === true) return next.value;
  }
}

/** The measuring function over the tiny model, and how many tokens it ran forward. */
async function tinyMeasure(scope: Scope) {
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
  const counted = { forward: 0 };
  const measure = createMeasure({
    runtime,
    transformer,
    dense,
    modules,
    fitnessPool: corpus.fitness,
    denseStates: new DenseStates(runtime, transformer, dense, corpus.fitness, 1 << 26),
    trainingPool: corpus.training,
    fitness: 'kl',
    trainEmbeddings: true,
    seed: 1,
    sequencesPerBatch: 1,
    count: ({ forward = 0 }) => (counted.forward += forward),
  });
  const levels: readonly number[] = moduleIds(spec).map((_, index) => (index % 2 === 0 ? 1 : 5));
  return { measure, counted, levels };
}

const stage = { survivors: 1, fitnessTokens: 128, trainingTokens: 0 };

test('a candidate has the same fitness whether its first blocks are run or taken from the parent', { timeout: 120_000 }, async () => {
  await using scope = new Scope();
  const { measure, counted, levels } = await tinyMeasure(scope);
  const candidate = { id: '1.01', genome: levels.with(4, 0) };
  /** Fitness under a parent, and the tokens run for it. */
  const under = async (genome: readonly number[]) => {
    const before = counted.forward;
    const parent = { id: '0.00', genome };
    for await (const event of measure({ generation: 1, stageIndex: 0, stage, learningRate: 1e-4, candidates: [candidate], parent })) {
      if (event.type === 'measured') return { fitness: event.fitness, tokens: counted.forward - before };
    }
    throw new RangeError('nothing was measured');
  };
  await under(levels); // so that the dense model's part is kept from here on
  const reused = await under(levels);
  const rerun = await under(levels.with(0, 0));
  expect(reused.fitness).toBeGreaterThan(0);
  expect(Math.abs(reused.fitness - rerun.fitness)).toBeLessThan(1e-6);
  expect(reused.tokens).toBeLessThan(rerun.tokens);
});
