import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Scope } from '../base/scope.ts';
import { DenseWeights } from '../model/dense-weights.ts';
import { moduleIds, moduleParameters, prunableParameters } from '../model/spec.ts';
import { Transformer } from '../model/transformer.ts';
import { readFloats } from '../runtime/runtime.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { makeRuntime } from '../runtime/testing.ts';
import { MemoryStorage } from '../storage/memory-storage.ts';
import { buildLevelDatabase } from './build-database.ts';
import { calibrate } from './calibrate.ts';
import { specOfGenome } from './genome-spec.ts';
import { LevelWeights } from './level-weights.ts';
import { ModuleCache } from './materialise.ts';
import { pruneInline } from './prune-executor.ts';
import { outputProjection } from './prune-module.ts';
import { finished, randomSource, randomTokens, tinySpec } from './random-model.fixture.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await makeRuntime();
});
afterAll(async () => {
  expect(runtime.live().tensors).toBe(0);
  await runtime[Symbol.asyncDispose]();
});

/** What pruning leaves: ragged groups, a layer without attention, one without an MLP, one without either. */
const spec = tinySpec([
  { queryGroups: [2, 1, 3], channels: 9 },
  { queryGroups: [], channels: 6 },
  { queryGroups: [1, 2], channels: 0 },
  { queryGroups: [], channels: 0 },
  { queryGroups: [1], channels: 1 },
]);
const K = 4;

describe.each(['kv-group', 'query-head'] as const)('a pruned model pruned again by %s', (granularity) => {
  it('goes from calibration to small models that compute', { timeout: 60_000 }, async () => {
    await using scope = new Scope();
    const source = randomSource(spec, 3);
    const transformer = scope.own(await Transformer.create(runtime, spec));
    const { weights: dense } = scope.own(await DenseWeights.load(runtime, source));
    const storage = new MemoryStorage();
    const tokens = randomTokens(spec, 6, 8, 4);
    const hessians = scope.own((await finished(calibrate({ runtime, transformer, dense, tokens, sequencesPerBatch: 4, storage }))).outcome);
    const weights = scope.own(new LevelWeights({ storage, precision: 'float32', memoryBytes: 1000 }));
    const { seen, outcome: database } = await finished(
      buildLevelDatabase({
        spec,
        granularity,
        K,
        damping: 0.01,
        takeHessian: (id) => hessians.take(id),
        readOutputWeight: (id) => source.read(outputProjection(id)),
        executor: pruneInline,
        weights,
        concurrency: 2,
      }),
    );
    expect(seen.filter(({ type }) => type === 'module-done').length).toBe(10);
    const groups = database.modules.filter(({ id }) => id.kind === 'attention').map(({ structures }) => structures);
    expect(groups).toEqual(granularity === 'kv-group' ? [3, 0, 2, 0, 1] : [6, 0, 3, 0, 1]);
    for (const [index, id] of moduleIds(spec).entries()) {
      const levels = database.modules[index]?.levels ?? [];
      expect(levels[0]?.parameters).toBe(moduleParameters(spec, id));
      expect(levels.at(-1)?.parameters).toBe(0);
      if (levels[0]?.parameters === 0) expect(levels).toMatchObject([{ nominal: [0, 1, 2, 3, 4], removed: 0, loss: 0 }]);
      levels.forEach(({ parameters }, level) => expect(parameters).toBeLessThanOrEqual(levels[level - 1]?.parameters ?? Infinity));
    }

    const cache = scope.own(new ModuleCache({ runtime, dense, database, budgetBytes: 0 }));
    const batch = randomTokens(spec, 2, 8, 5);
    const outputs: Float32Array[] = [];
    for (let level = 0; level <= K; level++) {
      const genome = database.modules.map(({ levels }) => Math.min(level, levels.length - 1));
      using lease = await cache.lease(genome);
      expect(lease.weights.spec).toEqual(specOfGenome(spec, database, genome));
      const parameters = genome.map((at, index) => database.modules[index]?.levels[at]?.parameters ?? NaN);
      expect(prunableParameters(lease.weights.spec)).toBe(parameters.reduce((sum, count) => sum + count, 0));
      using hidden = await transformer.hidden(lease.weights, batch);
      outputs.push(await readFloats(runtime, hidden));
    }
    using whole = await transformer.hidden(dense, batch);
    using embedded = await transformer.embed(dense, batch);
    expect(outputs[0]).toEqual(await readFloats(runtime, whole));
    expect(outputs.at(-1)).toEqual(await readFloats(runtime, embedded)); // nothing is left but the embedding
    const distances = outputs.map((output) => Math.hypot(...output.map((value, at) => value - (outputs[0]?.[at] ?? NaN))));
    expect(distances.slice(1).every((distance) => Number.isFinite(distance) && distance > 0)).toBe(true);
  });
});
