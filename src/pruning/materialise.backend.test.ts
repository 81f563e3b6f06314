import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DenseWeights } from '../model/dense-weights.ts';
import { expectedTensors } from '../model/expected-tensors.ts';
import { kvHeads, moduleIds, queryHeads } from '../model/spec.ts';
import type { ModelWeights, WeightSource } from '../model/weights.ts';
import { wholeSource } from '../model/whole-source.fixture.ts';
import { readFloats } from '../runtime/runtime.ts';
import type { Runtime, Tensor } from '../runtime/runtime.ts';
import { makeRuntime } from '../runtime/testing.ts';
import { goldenHessian, readGolden } from './golden.fixture.ts';
import type { Golden } from './golden.fixture.ts';
import type { LevelDatabase, ModuleLevels } from './level-database.ts';
import { LevelWeights } from './level-weights.ts';
import { ModuleCache } from './materialise.ts';
import { pruneInline } from './prune-executor.ts';
import { outputProjection } from './prune-module.ts';
import { GenomeInvalidError } from './pruning-errors.ts';

async function databaseOf(golden: Golden, granularity: 'query-head' | 'kv-group'): Promise<LevelDatabase> {
  const modules: ModuleLevels[] = [];
  const stored = LevelWeights.inMemory();
  for (const [index, id] of moduleIds(golden.spec).entries()) {
    const name = outputProjection(id);
    const hessian = await goldenHessian(golden, name.replace(/\.weight$/, ''));
    const weight = await golden.model.readWeights(name);
    const { weights, ...levels } = await pruneInline({ id, spec: golden.spec, granularity, K: golden.K, damping: golden.damping, hessian, weight });
    await stored.put(index, name, weights);
    modules.push(levels);
  }
  return { granularity, nominalLevels: golden.K, modules, weights: stored };
}

/** Every tensor of a model, once. */
function tensorsOf({ embedding, finalNorm, head, modules }: ModelWeights): Set<Tensor> {
  const tables = [...embedding, ...head].map(({ tensor }) => tensor);
  return new Set([finalNorm, ...tables, ...modules.flatMap((module) => Object.values(module?.tensors ?? {}))]);
}

describe.each(['llama-gqa', 'qwen2', 'qwen3'])('ModuleCache on golden %s', (name) => {
  let runtime: Runtime;
  let golden: Golden;
  let source: WeightSource;
  let loaded: DenseWeights;
  let dense: ModelWeights;
  let database: LevelDatabase;
  const cacheOf = (budgetBytes: number) => new ModuleCache({ runtime, dense, database, budgetBytes });
  const uniform = (level: number) => database.modules.map(() => level);

  beforeAll(async () => {
    runtime = await makeRuntime();
    golden = await readGolden(name);
    source = wholeSource(golden.spec, (tensor) => golden.model.readWeights(tensor));
    loaded = await DenseWeights.load(runtime, source);
    dense = loaded.weights;
    database = await databaseOf(golden, 'query-head');
  });
  afterAll(async () => {
    loaded[Symbol.dispose]();
    expect(runtime.live().tensors).toBe(0);
    await runtime[Symbol.asyncDispose]();
  });

  it('makes models of the shapes that their spec expects, and of the size of the golden candidates', async () => {
    await using cache = cacheOf(1e9);
    for (const { levels } of golden.candidates.filter(({ granularity }) => granularity === 'query-head')) {
      using lease = await cache.lease(levels);
      const expected = expectedTensors(lease.weights.spec);
      for (const module of lease.weights.modules) {
        for (const [short, { shape }] of Object.entries(module?.tensors ?? {})) {
          expect([short, shape]).toEqual([short, expected.get(`model.layers.${module?.layer}.${short}`)]);
        }
      }
      for (const [index, { layer, kind }] of moduleIds(golden.spec).entries()) {
        const module = lease.weights.modules[index];
        const shape = lease.weights.spec.layers[layer];
        const wanted = [...expected.keys()].filter((key) => key.startsWith(`model.layers.${layer}.${kind === 'mlp' ? 'mlp' : 'self_attn'}.`));
        const norms = Object.keys(module?.tensors ?? {}).filter((key) => key.endsWith('layernorm.weight'));
        expect(Object.keys(module?.tensors ?? {}).length).toBe(wanted.length + norms.length);
        expect(norms.length).toBe(module === null ? 0 : 1);
        if (module?.kind === 'attention' && shape) expect(module.queryGroups.length).toBe(kvHeads(shape));
        expect(module === null).toBe(shape !== undefined && (kind === 'mlp' ? shape.channels : queryHeads(shape)) === 0);
      }
    }
  });

  it('gathers the rows of what is kept and the weight of the level', async () => {
    await using cache = cacheOf(1e9);
    using lease = await cache.lease(uniform(1));
    const { hidden, headDim } = golden.spec;
    for (const [index, module] of lease.weights.modules.entries()) {
      const entry = database.modules[index]?.levels[1];
      if (module === null || entry === undefined) throw new RangeError('level 1 keeps something');
      const [input, output, blocks, rows] =
        module.kind === 'mlp'
          ? (['mlp.up_proj', 'mlp.down_proj', [...entry.kept], 1] as const)
          : (['self_attn.k_proj', 'self_attn.o_proj', entry.kvHeads, headDim] as const);
      const original = await source.read(`model.layers.${module.layer}.${input}.weight`);
      const expected = blocks.flatMap((block) => [...original.subarray(block * rows * hidden, (block + 1) * rows * hidden)]);
      const tensorOf = (short: string): Tensor => module.tensors[short] ?? expect.unreachable(`no ${short}`);
      expect([...(await readFloats(runtime, tensorOf(`${input}.weight`)))]).toEqual(expected);
      expect(await readFloats(runtime, tensorOf(`${output}.weight`))).toEqual(await database.weights.read(index, 1));
    }
  });

  it('lends the dense modules themselves at level 0 and nothing where all is removed', async () => {
    await using cache = cacheOf(1e9);
    using whole = await cache.lease(uniform(0));
    expect(whole.weights.modules).toEqual(dense.modules);
    using none = await cache.lease(database.modules.map(({ levels }) => levels.length - 1));
    expect(none.weights.modules.every((module) => module === null)).toBe(true);
    expect(cache.bytes).toBe(0);
  });

  it('shares what is cached, keeps to its budget, and never frees what is leased', async () => {
    const before = runtime.live().tensors;
    {
      await using cache = cacheOf(0);
      const leases = await Promise.all([cache.lease(uniform(1)), cache.lease(uniform(1)), cache.lease(uniform(2))]);
      expect(leases[0]?.weights.modules).toEqual(leases[1]?.weights.modules);
      expect(leases[0]?.weights.modules[0]).toBe(leases[1]?.weights.modules[0]);
      const held = cache.bytes;
      leases[0]?.[Symbol.dispose]();
      leases[0]?.[Symbol.dispose](); // twice is once
      expect(cache.bytes).toBe(held);
      for (const lease of leases) for (const tensor of tensorsOf(lease.weights)) expect(tensor.disposed).toBe(false);
      leases[1]?.[Symbol.dispose]();
      expect(cache.bytes).toBeLessThan(held);
      for (const tensor of tensorsOf(leases[2]?.weights ?? dense)) expect(tensor.disposed).toBe(false);
      leases[2]?.[Symbol.dispose]();
      expect([cache.bytes, runtime.live().tensors]).toEqual([0, before]);
    }
    const cache = cacheOf(1e9);
    (await cache.lease(uniform(1)))[Symbol.dispose]();
    expect(runtime.live().tensors).toBeGreaterThan(before);
    await cache[Symbol.asyncDispose]();
    expect(runtime.live().tensors).toBe(before);
  });

  it('copies every tensor of an owned model, and frees them all', async () => {
    await using cache = cacheOf(0);
    const before = runtime.live();
    {
      using owned = await cache.ownedModel(uniform(1));
      using lease = await cache.lease(uniform(1));
      expect(owned.weights.spec).toEqual(lease.weights.spec);
      const shared = tensorsOf(lease.weights);
      for (const tensor of tensorsOf(owned.weights)) expect(shared.has(tensor)).toBe(false);
      expect(owned.weights.head === owned.weights.embedding).toBe(golden.spec.tiedHead);
      const [mine, theirs] = [owned.weights.modules[1], lease.weights.modules[1]];
      for (const [short, tensor] of Object.entries(mine?.tensors ?? {})) {
        expect(await readFloats(runtime, tensor)).toEqual(await readFloats(runtime, theirs?.tensors[short] ?? tensor));
      }
    }
    expect(runtime.live().tensors).toBe(before.tensors);
    expect(runtime.live().bytes).toBe(before.bytes);
  });

  it('shares embedding and head with the dense model where they are not trained', async () => {
    await using cache = cacheOf(0);
    const before = runtime.live();
    {
      using owned = await cache.ownedModel(uniform(1), { embeddings: false });
      const { embedding, head, finalNorm, modules } = owned.weights;
      expect(embedding).toBe(dense.embedding);
      expect(head).toBe(dense.head);
      const others = tensorsOf(dense);
      for (const tensor of [finalNorm, ...modules.flatMap((module) => Object.values(module?.tensors ?? {}))]) expect(others.has(tensor)).toBe(false);
    }
    for (const tensor of tensorsOf(dense)) expect(tensor.disposed).toBe(false);
    expect(runtime.live()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
  });

  it('refuses genomes that do not fit, and recovers from a storage that fails', async () => {
    await using cache = cacheOf(1e9);
    await expect(cache.lease([0])).rejects.toThrow(GenomeInvalidError);
    await expect(cache.lease(uniform(99))).rejects.toThrow(/not 99/);
    await expect(cache.ownedModel(uniform(-1))).rejects.toThrow(GenomeInvalidError);
    const before = runtime.live().tensors;
    let broken = true;
    const read: LevelDatabase['weights']['read'] = async (module, level) => {
      if (broken && module === 3) throw new Error('disk');
      return database.weights.read(module, level);
    };
    await using flaky = new ModuleCache({ runtime, dense, database: { ...database, weights: { read } }, budgetBytes: 0 });
    await expect(flaky.lease(uniform(1))).rejects.toThrow('disk');
    expect(runtime.live().tensors).toBe(before);
    broken = false;
    using lease = await flaky.lease(uniform(1));
    expect(lease.weights.modules.length).toBe(database.modules.length);
  });
});
