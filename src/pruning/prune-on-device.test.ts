import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Elimination, type Eliminator, NO_PIVOT } from '../runtime/elimination/elimination.ts';
import { plainEliminator } from '../runtime/elimination/plain-elimination.ts';
import { goldenHessian, goldenModuleId, goldenNames, readGolden } from './golden.fixture.ts';
import { invertInline } from './kept-inverse.ts';
import type { KeptInverter } from './kept-inverse.ts';
import type { PrunedModule } from './level-database.ts';
import { pruneInline } from './prune-executor.ts';
import { outputProjection } from './prune-module.ts';
import type { PruneJob } from './prune-module.ts';
import { deviceExecutor, pruneOnDevice } from './prune-on-device.ts';
import { DevicePrecisionError, HessianNotPositiveDefiniteError, PruningNotFiniteError } from './pruning-errors.ts';
import { mlpOnly, oneLayer, randomHessian, randomJob, randomWeight } from './random-job.fixture.ts';

const relative = (a: Float32Array, b: Float32Array): number =>
  Math.sqrt(a.reduce((sum, value, at) => sum + (value - (b[at] ?? NaN)) ** 2, 0) / b.reduce((sum, value) => sum + value ** 2, 0));

/** Both have the same kept channels; losses and weights agree within these relative errors. */
function expectSame(device: PrunedModule, exact: PrunedModule, limits: { readonly loss: number; readonly weight: number }): void {
  expect(device.levels.map(({ kept }) => kept)).toEqual(exact.levels.map(({ kept }) => kept));
  exact.levels.forEach(({ loss }, level) => expect(Math.abs((device.levels[level]?.loss ?? NaN) - loss)).toBeLessThanOrEqual(limits.loss * loss));
  exact.weights.forEach((weight, level) => {
    const other = device.weights[level] ?? null;
    expect(other === null).toBe(weight === null);
    if (weight !== null && other !== null) expect(relative(other, weight)).toBeLessThan(limits.weight);
  });
  expect(device).toMatchObject({ id: exact.id, structures: exact.structures, fallbacks: 0 });
}

/** Too few tokens for its columns and hardly damped: beyond float32 before long. */
function illConditioned(damping: number): PruneJob {
  const columns = 80;
  return { ...randomJob(mlpOnly(columns, 12), 5), damping, hessian: randomHessian(columns, 7, 20), weight: randomWeight(12 * columns, 5) };
}

/** The plain eliminator, of which some parts are other. */
const altered = (change: (elimination: Elimination, started: number) => Partial<Elimination>): Eliminator => {
  let started = 0;
  return async (p, w, n) => {
    const plain = await plainEliminator(p, w, n);
    const other = change(plain, ++started);
    return {
      get remaining() {
        return plain.remaining;
      },
      eliminate: other.eliminate ?? ((count) => plain.eliminate(count)),
      weight: () => plain.weight(),
      product: other.product ?? ((x) => plain.product(x)),
      [Symbol.dispose]: () => plain[Symbol.dispose](),
    };
  };
};

describe('pruneOnDevice', () => {
  it.each(goldenNames)('keeps the same channels as float64 at every level of golden %s', async (name) => {
    const golden = await readGolden(name);
    const [granularity] = golden.granularities;
    if (granularity === undefined) throw new Error('no granularity');
    for (const module of golden.database[granularity] ?? []) {
      if (module.kind !== 'mlp') continue;
      const id = goldenModuleId(module);
      const job = { id, spec: golden.spec, granularity, K: golden.K, damping: golden.damping, weight: await golden.model.readWeights(outputProjection(id)) };
      const exact = await pruneInline({ ...job, hessian: await goldenHessian(golden, module.module) });
      const device = await pruneOnDevice({ ...job, hessian: await goldenHessian(golden, module.module) }, { eliminator: plainEliminator });
      expectSame(device, exact, { loss: 2e-6, weight: 2e-6 });
      expect(device.onDevice?.refreshes).toBe(0);
      expect(device.onDevice?.drift).toBeLessThan(1e-5);
    }
  });

  it('agrees with float64 on random problems: losses at every level, weights where the same channels are kept', async () => {
    const problems = fc.record({ channels: fc.integer({ min: 1, max: 40 }), hidden: fc.integer({ min: 1, max: 12 }), seed: fc.nat() });
    await fc.assert(
      fc.asyncProperty(problems, async ({ channels, hidden, seed }) => {
        const job = () => randomJob(mlpOnly(channels, hidden), seed);
        const [exact, device] = [await pruneInline(job()), await pruneOnDevice(job(), { eliminator: plainEliminator })];
        for (const [level, { loss, kept }] of exact.levels.entries()) {
          const other = device.levels[level];
          expect(other?.kept.length).toBe(kept.length);
          expect(Math.abs((other?.loss ?? NaN) - loss)).toBeLessThanOrEqual(1e-4 * loss);
          const [weight, otherWeight] = [exact.weights[level] ?? null, device.weights[level] ?? null];
          if (weight !== null && otherWeight !== null && other?.kept.join() === kept.join()) expect(relative(otherWeight, weight)).toBeLessThan(1e-4);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('makes the inverse anew where it drifts, and says how often', async () => {
    const device = await pruneOnDevice(illConditioned(1e-5), { eliminator: plainEliminator });
    expect(device.onDevice?.refreshes).toBeGreaterThan(0);
    const exact = await pruneInline(illConditioned(1e-5));
    exact.levels.forEach(({ loss }, level) => expect(Math.abs((device.levels[level]?.loss ?? NaN) - loss)).toBeLessThanOrEqual(0.02 * loss));
  });

  it('does a level again from an exact inverse where it was spoilt, and gives up where that was not enough', async () => {
    const job = () => randomJob(mlpOnly(30, 6), 3);
    const exact = await pruneInline(job());
    const once = (started: number): Partial<Elimination> => ({ product: async (x) => (started === 1 ? x.fill(9) : x) });
    await expect(pruneOnDevice(job(), { eliminator: altered((_, started) => once(started)) })).rejects.toThrow(DevicePrecisionError);
    let calls = 0;
    const third = altered((elimination) => ({
      eliminate: async (count) => {
        const outcome = await elimination.eliminate(count);
        return ++calls === 3 ? { ...outcome, ratios: outcome.ratios.map(() => NO_PIVOT) } : outcome;
      },
    }));
    const device = await pruneOnDevice(job(), { eliminator: third });
    expectSame(device, exact, { loss: 1e-5, weight: 1e-5 });
    expect(device.onDevice?.refreshes).toBe(1);
  });

  it('leaves level 0 as it is, dead channels too, and drops those first', async () => {
    const spec = mlpOnly(4, 2);
    const hessian = Float64Array.of(2, 0, 1, 0, 0, 0, 0, 0, 1, 0, 2, 0, 0, 0, 0, 2);
    const weight = Float32Array.of(1, 9, 2, 3, 4, 9, 5, 6);
    const device = await pruneOnDevice({ ...randomJob(spec, 1), K: 4, hessian, weight }, { eliminator: plainEliminator });
    expect([...(device.levels[1]?.kept ?? [])]).toEqual([0, 2, 3]);
    expect(device.levels[1]?.loss).toBe(0);
    expect([...(device.weights[1] ?? [])]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(device.weights[0]).toBeNull();
    expect([...weight]).toEqual([1, 9, 2, 3, 4, 9, 5, 6]);
  });

  it('tells progress, hears a cancel, and throws what is wrong with a module', async () => {
    const job = () => randomJob(mlpOnly(30, 6), 3);
    const steps: number[] = [];
    await pruneOnDevice(job(), { eliminator: plainEliminator }, { onProgress: ({ removed, total }) => steps.push(removed / total) });
    expect(steps).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1].map((share) => Math.round(30 * share) / 30));
    const controller = new AbortController();
    const cancelled = pruneOnDevice(job(), { eliminator: plainEliminator }, { signal: controller.signal, onProgress: () => controller.abort(new Error('enough')) });
    await expect(cancelled).rejects.toThrow('enough');
    await expect(pruneOnDevice({ ...job(), weight: new Float32Array(180).fill(NaN) }, { eliminator: plainEliminator })).rejects.toThrow(PruningNotFiniteError);
    await expect(pruneOnDevice({ ...job(), damping: 0, hessian: new Float64Array(900).fill(1) }, { eliminator: plainEliminator })).rejects.toThrow(HessianNotPositiveDefiniteError);
  });
});

it('deviceExecutor prunes MLPs one at a time and leaves attention to the other executor', async () => {
  let [atOnce, most] = [0, 0];
  const counting: Eliminator = async (p, w, n) => {
    most = Math.max(most, ++atOnce);
    const plain = await plainEliminator(p, w, n);
    const dispose = plain[Symbol.dispose].bind(plain);
    plain[Symbol.dispose] = () => {
      atOnce--;
      dispose();
    };
    return plain;
  };
  const others: PruneJob[] = [];
  let [inverting, mostInverting] = [0, 0];
  const invert: KeptInverter = async (hessian, kept) => {
    mostInverting = Math.max(mostInverting, ++inverting);
    await Promise.resolve();
    inverting--;
    return invertInline(hessian, kept);
  };
  const execute = deviceExecutor({ eliminator: counting, invert }, (job, options) => {
    others.push(job);
    return pruneInline(job, options);
  });
  const spec = oneLayer([2, 2], 3, 20, 5);
  const attention: PruneJob = { ...randomJob(spec, 2), id: { layer: 0, kind: 'attention' }, hessian: randomHessian(12, 4), weight: randomWeight(60, 4) };
  const failing = execute({ ...randomJob(spec, 1), weight: new Float32Array(100).fill(Infinity) });
  const [first, second, heads] = [execute(randomJob(spec, 1)), execute(randomJob(spec, 2)), execute(attention)];
  await expect(failing).rejects.toThrow(PruningNotFiniteError);
  expect((await first).onDevice).toBeDefined();
  expect((await second).onDevice).toBeDefined();
  expect((await heads).onDevice).toBeUndefined();
  expect(others).toEqual([attention]);
  expect([most, atOnce]).toEqual([1, 0]);
  expect(mostInverting).toBe(2);
});
