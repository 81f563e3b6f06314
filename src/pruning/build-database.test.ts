import { describe, expect, it } from 'vitest';
import { moduleIds, moduleParameters, prunableParameters, totalParameters, outputColumns } from '../model/spec.ts';
import type { ModuleId } from '../model/spec.ts';
import { buildLevelDatabase } from './build-database.ts';
import type { BuildDatabaseOptions, DatabaseEvent } from './build-database.ts';
import { goldenHessian, readGolden } from './golden.fixture.ts';
import type { Golden } from './golden.fixture.ts';
import { specOfGenome } from './genome-spec.ts';
import type { LevelDatabase } from './level-database.ts';
import { LevelWeights } from './level-weights.ts';
import { pruneInline } from './prune-executor.ts';
import { outputProjection } from './prune-module.ts';

async function optionsOf(golden: Golden, granularity: 'query-head' | 'kv-group'): Promise<BuildDatabaseOptions> {
  const hessians = new Map<string, Float64Array<ArrayBuffer>>();
  for (const id of moduleIds(golden.spec)) {
    const name = outputProjection(id);
    hessians.set(name, await goldenHessian(golden, name.replace(/\.weight$/, '')));
  }
  const takeHessian = (id: ModuleId) => {
    const hessian = hessians.get(outputProjection(id));
    if (hessian === undefined) throw new RangeError('taken twice');
    hessians.delete(outputProjection(id));
    return hessian;
  };
  const readOutputWeight = (id: ModuleId) => golden.model.readWeights(outputProjection(id));
  return { spec: golden.spec, granularity, K: golden.K, damping: golden.damping, takeHessian, readOutputWeight, executor: pruneInline, weights: LevelWeights.inMemory(), concurrency: 2 };
}

async function build(options: BuildDatabaseOptions): Promise<{ events: DatabaseEvent[]; database: LevelDatabase }> {
  const events: DatabaseEvent[] = [];
  const building = buildLevelDatabase(options);
  for (;;) {
    const next = await building.next();
    if (next.done === true) return { events, database: next.value };
    events.push(next.value);
  }
}

describe('buildLevelDatabase', () => {
  it('has every module once, in genome order, and a spec for every golden candidate', async () => {
    const golden = await readGolden('llama-gqa');
    for (const granularity of golden.granularities) {
      const { events, database } = await build(await optionsOf(golden, granularity));
      expect(database.modules.map(({ id }) => id)).toEqual(moduleIds(golden.spec));
      expect(database).toMatchObject({ granularity, nominalLevels: golden.K });
      expect(events.filter(({ type }) => type === 'module-done').length).toBe(database.modules.length);
      for (const { id, levels } of database.modules) expect(levels[0]?.parameters).toBe(moduleParameters(golden.spec, id));
      for (const candidate of golden.candidates.filter((other) => other.granularity === granularity)) {
        const spec = specOfGenome(golden.spec, database, candidate.levels);
        expect(prunableParameters(spec)).toBe(candidate.prunable_params);
        expect(totalParameters(spec)).toBe(candidate.total_params);
      }
    }
  });

  it('throws the first failure and starts no further module', async () => {
    const golden = await readGolden('llama-gqa');
    const options = await optionsOf(golden, 'kv-group');
    let taken = 0;
    const takeHessian = (id: ModuleId) => {
      if (++taken === 2) return new Float64Array(outputColumns(golden.spec, id) ** 2).fill(NaN);
      return options.takeHessian(id);
    };
    await expect(build({ ...options, takeHessian, concurrency: 1 })).rejects.toMatchObject({ name: 'HessianNotFiniteError' });
    expect(taken).toBe(2);
  });

  it('ends with the reason of the signal, and when the consumer stops', async () => {
    const golden = await readGolden('llama-gqa');
    const controller = new AbortController();
    const options = { ...(await optionsOf(golden, 'kv-group')), concurrency: 1 };
    const building = buildLevelDatabase({ ...options, signal: controller.signal });
    await building.next();
    controller.abort(new Error('enough'));
    await expect(
      (async () => {
        for await (const event of building) expect(event.id).toBeDefined();
      })(),
    ).rejects.toThrow('enough');

    let running = 0;
    let started = 0;
    const counted = { ...(await optionsOf(golden, 'kv-group')), concurrency: 1 };
    const executor: BuildDatabaseOptions['executor'] = async (job, jobOptions) => {
      running++;
      started++;
      return pruneInline(job, jobOptions).finally(() => running--);
    };
    for await (const event of buildLevelDatabase({ ...counted, executor })) if (event.type === 'module-done') break;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(running).toBe(0);
    expect(started).toBeLessThan(moduleIds(golden.spec).length);
  });
});
