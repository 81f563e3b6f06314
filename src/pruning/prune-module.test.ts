import { describe, expect, it } from 'vitest';
import { goldenHessian, goldenModuleId, goldenNames, readGolden } from './golden.fixture.ts';
import type { Golden, GoldenModule } from './golden.fixture.ts';
import { prepareHessian } from './hessian.ts';
import type { PreparedHessian } from './hessian.ts';
import type { Granularity, PrunedModule } from './level-database.ts';
import { plainInverse, plainObs } from './plain-obs.ts';
import type { PlainOutcome } from './plain-obs.ts';
import { pruneInline } from './prune-executor.ts';
import { moduleName, outputProjection } from './prune-module.ts';
import { pruneStructures } from './structured-obs.ts';

/** Largest relative difference, of entries that are not 0 in the golden (README of the goldens). */
function relative(actual: ArrayLike<number>, golden: ArrayLike<number>): number {
  expect(actual.length).toBe(golden.length);
  let worst = 0;
  for (let index = 0; index < golden.length; index++) {
    const [value, wanted] = [actual[index] ?? NaN, golden[index] ?? NaN];
    if (wanted === 0) expect(value).toBe(0);
    else worst = Math.max(worst, Math.abs(value - wanted) / Math.abs(wanted));
  }
  return worst;
}

function difference(actual: ArrayLike<number>, golden: ArrayLike<number>): { maxAbs: number; relFro: number } {
  expect(actual.length).toBe(golden.length);
  let [maxAbs, squares, norm] = [0, 0, 0];
  for (let index = 0; index < golden.length; index++) {
    const [value, wanted] = [actual[index] ?? NaN, golden[index] ?? NaN];
    maxAbs = Math.max(maxAbs, Math.abs(value - wanted));
    squares += (value - wanted) ** 2;
    norm += wanted ** 2;
  }
  return { maxAbs, relFro: Math.sqrt(squares / norm) };
}

async function numbers(golden: Golden, name: string): Promise<ArrayLike<number>> {
  const data = await golden.tensors.read(name);
  if (data instanceof BigInt64Array) throw new TypeError(name);
  return data;
}

async function prune(golden: Golden, module: GoldenModule, granularity: Granularity): Promise<PrunedModule> {
  const id = goldenModuleId(module);
  const hessian = await goldenHessian(golden, module.module);
  const weight = await golden.model.readWeights(outputProjection(id));
  return pruneInline({ id, spec: golden.spec, granularity, K: golden.K, damping: golden.damping, hessian, weight });
}

async function checkWeights(golden: Golden, module: GoldenModule, { levels, weights }: PrunedModule): Promise<void> {
  expect(weights.length).toBe(levels.length);
  for (const [index, entry] of levels.entries()) {
    expect([...entry.kept]).toEqual(Array.from(await numbers(golden, `${module.tensors}/level.${index}/kept`)));
    const name = `${module.tensors}/level.${index}/weight`;
    const weight = weights[index] ?? null;
    expect(weight !== null).toBe(golden.tensors.tensors.has(name));
    if (weight === null) continue;
    const { maxAbs, relFro } = difference(weight, await numbers(golden, name));
    expect(maxAbs).toBeLessThan(golden.tolerances.obs_weight_max_abs);
    expect(relFro).toBeLessThan(golden.tolerances.obs_weight_rel_fro);
  }
}

/** The textbook loop down to the last structure. */
function plainOutcome({ matrix, columns, dead }: PreparedHessian, weight: Float32Array, structures: number): PlainOutcome {
  const working = Float64Array.from(weight);
  for (const column of dead) for (let at = column; at < working.length; at += columns) working[at] = 0;
  return plainObs(plainInverse(matrix, columns), working, Array<number>(structures).fill(columns / structures), structures);
}

describe.each(goldenNames)('golden %s', (name) => {
  it('has the same levels, kept structures, losses and weights, from its own Hessians', async () => {
    const golden = await readGolden(name);
    for (const granularity of golden.granularities) {
      for (const module of golden.database[granularity] ?? []) {
        const pruned = await prune(golden, module, granularity);
        expect(pruned.structures).toBe(module.structures);
        expect(pruned.fallbacks).toBe(module.fallbacks);
        const heads = (count: number) => (module.kind === 'attn' ? count : null);
        const table = pruned.levels.map((entry, level) => ({
          level,
          nominal: entry.nominal,
          removed: entry.removed,
          kept: entry.kept.length,
          query_heads: heads(entry.heads.length),
          kv_heads: heads(entry.kvHeads.length),
          params: entry.parameters,
          loss: expect.any(Number), // compared below
        }));
        expect(module.levels).toEqual(table);
        const losses = [pruned.levels.map((entry) => entry.loss), module.levels.map((entry) => entry.loss)] as const;
        expect(relative(...losses)).toBeLessThan(golden.tolerances.obs_loss_rel);
        await checkWeights(golden, module, pruned);
      }
    }
  });

  it('removes structures in the same order at the same scores', async () => {
    const golden = await readGolden(name);
    for (const granularity of golden.granularities) {
      for (const module of golden.database[granularity] ?? []) {
        const id = goldenModuleId(module);
        const raw = await goldenHessian(golden, module.module);
        const columns = Math.sqrt(raw.length);
        const hessian = prepareHessian(raw, { module: moduleName(id), columns, damping: golden.damping });
        const weight = await golden.model.readWeights(outputProjection(id));
        const structureSize = columns / module.structures;
        const plain = plainOutcome(hessian, weight, module.structures);
        const { order, scores } = pruneStructures({ hessian, weight, structureSize, removals: [module.structures] });
        expect(order).toEqual(Array.from(await numbers(golden, `${module.tensors}/order`)));
        expect(relative(scores, await numbers(golden, `${module.tensors}/scores`))).toBeLessThan(golden.tolerances.obs_score_rel);
        expect(order).toEqual(plain.order);
        expect(relative(scores, plain.scores)).toBeLessThan(1e-9);
      }
    }
  });
});

describe('outputProjection', () => {
  it('is the Hugging Face name', () => {
    expect(outputProjection({ layer: 3, kind: 'attention' })).toBe('model.layers.3.self_attn.o_proj.weight');
    expect(outputProjection({ layer: 0, kind: 'mlp' })).toBe('model.layers.0.mlp.down_proj.weight');
  });
});
