import { describe, expect, it } from 'vitest';
import { moduleIds, moduleParameters, prunableParameters, totalParameters } from '../model/spec.ts';
import type { ModuleId } from '../model/spec.ts';
import { MemoryStorage } from '../storage/memory-storage.ts';
import { buildLevelDatabase } from './build-database.ts';
import type { BuildDatabaseOptions, DatabaseEvent } from './build-database.ts';
import { goldenHessian, readGolden } from './golden.fixture.ts';
import type { Golden } from './golden.fixture.ts';
import { specOfGenome } from './genome-spec.ts';
import type { LevelDatabase, ModuleLevels } from './level-database.ts';
import { LevelWeights } from './level-weights.ts';
import { PartsInMemory } from './parts-in-memory.fixture.ts';
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
      if (++taken === 2) throw new RangeError('taken twice');
      return options.takeHessian(id);
    };
    await expect(build({ ...options, takeHessian, concurrency: 1 })).rejects.toThrow('taken twice');
    expect(taken).toBe(2);
  });

  it('keeps a module dense whose Hessian or weight is not finite, names it, and cuts the others as ever', async () => {
    const golden = await readGolden('llama-gqa');
    const plain = await build(await optionsOf(golden, 'kv-group'));
    const options = await optionsOf(golden, 'kv-group');
    const ids = moduleIds(golden.spec);
    const spoilt = (id: ModuleId, other: number): boolean => ids.findIndex(({ layer, kind }) => layer === id.layer && kind === id.kind) === other;
    const { events, database } = await build({
      ...options,
      takeHessian: async (id) => {
        const hessian = await options.takeHessian(id);
        return spoilt(id, 1) ? hessian.fill(Number.NaN) : hessian;
      },
      readOutputWeight: async (id) => {
        const weight = await options.readOutputWeight(id);
        return spoilt(id, 2) ? weight.fill(Infinity) : weight;
      },
    });
    const problems = events.flatMap((event) => (event.type === 'module-done' && event.problem ? [event.problem.what] : []));
    expect(problems.toSorted()).toEqual([
      'A weight of the attention of layer 1 is not a finite number.',
      'The calibration inputs of the MLP of layer 0 are not finite (entry 0, 0 of their Hessian).',
    ]);
    for (const [index, module] of database.modules.entries()) {
      if (index !== 1 && index !== 2) expect(module).toEqual(plain.database.modules[index]);
      else expect(module.levels).toEqual([{ ...plain.database.modules[index]?.levels[0], nominal: Array.from({ length: golden.K + 1 }, (_, k) => k) }]);
      expect(await database.weights.read(index, 0)).toBeNull();
    }
    // The model of any genome is whole.
    const lowest = database.modules.map(({ levels }) => levels.length - 1);
    expect(specOfGenome(golden.spec, database, lowest).layers[0]?.channels).toBe(golden.spec.layers[0]?.channels);
  });

  it('does not cut again what is known, tells nothing of it, and comes to the same database', async () => {
    const golden = await readGolden('llama-gqa');
    const parts = new PartsInMemory();
    const weightsOf = (memoryBytes: number) => new LevelWeights({ storage: new MemoryStorage(), precision: 'float32', memoryBytes, parts });
    await using first = weightsOf(0);
    const whole = await build({ ...(await optionsOf(golden, 'kv-group')), weights: first });
    const stored = whole.database.modules.map((_, index) => first.stored(index));
    await using second = weightsOf(1000);
    const known = new Map<number, ModuleLevels>();
    for (const [index, id] of moduleIds(golden.spec).entries()) {
      const part = stored[index];
      if (part && index !== 1) known.set(index, await second.attach(index, { id, spec: golden.spec, granularity: 'kv-group', K: golden.K }, part));
    }
    const resumed = await build({ ...(await optionsOf(golden, 'kv-group')), weights: second, known: (index) => known.get(index) ?? null });
    expect(resumed.database.modules).toEqual(whole.database.modules);
    expect(resumed.events.filter(({ type }) => type === 'module-done').map(({ id }) => id)).toEqual([moduleIds(golden.spec)[1]]);
    expect(second.bytes).toBe(first.bytes);
    for (const [module, { levels }] of whole.database.modules.entries()) {
      for (const level of levels.keys()) expect(await second.read(module, level)).toEqual(await first.read(module, level));
    }
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
