import { outputColumns } from '../model/spec.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Scope } from '../base/scope.ts';
import { DenseWeights } from '../model/dense-weights.ts';
import { inBatches } from '../model/token-batches.ts';
import { Transformer } from '../model/transformer.ts';
import type { ModelWeights, TokenBatch } from '../model/weights.ts';
import { readFloats } from '../runtime/runtime.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { makeRuntime } from '../runtime/testing.ts';
import { MemoryStorage } from '../storage/memory-storage.ts';
import { StorageFullError } from '../storage/storage-errors.ts';
import { calibrate } from './calibrate.ts';
import { unpackTriangle, packTriangle } from './calibration-hessians.ts';
import { HessianAccumulator } from './hessian.ts';
import { moduleName } from './prune-module.ts';
import { finished, randomSource, randomTokens, tinySpec } from './random-model.fixture.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await makeRuntime();
});
afterAll(async () => {
  expect(runtime.live().tensors).toBe(0);
  await runtime[Symbol.asyncDispose]();
});

/** A model whose second layer has no attention and whose third has no MLP. */
const spec = tinySpec([
  { queryGroups: [2, 1], channels: 9 },
  { queryGroups: [], channels: 6 },
  { queryGroups: [2], channels: 0 },
]);
const tokens = randomTokens(spec, 7, 6, 1);
const sequencesPerBatch = 3; // 3, 3 and 1

async function model(scope: Scope) {
  const transformer = scope.own(await Transformer.create(runtime, spec));
  const { weights: dense } = scope.own(await DenseWeights.load(runtime, randomSource(spec, 2)));
  return { runtime, transformer, dense };
}

/** Batch by batch through all modules, with a sum for each of them, all at once. */
async function batchByBatch(transformer: Transformer, dense: ModelWeights, pool: TokenBatch): Promise<Map<string, Float64Array>> {
  const present = dense.modules.filter((module) => module !== null);
  const sums = new Map(present.map((module) => [moduleName(module), new HessianAccumulator(moduleName(module), outputColumns(spec, module))]));
  for (const batch of inBatches(pool, sequencesPerBatch)) {
    let hidden = await transformer.embed(dense, batch);
    for (const module of present) {
      using input = hidden;
      const { output, gram } = await transformer.calibrate(module, input, batch);
      using freed = gram;
      sums.get(moduleName(module))?.add(await readFloats(runtime, freed), batch.ids.length);
      hidden = output;
    }
    hidden.dispose();
  }
  return new Map([...sums].map(([name, sum]) => [name, sum.take()]));
}

describe('calibrate', () => {
  it.each([
    ['in memory', {}],
    ['with Hessians in storage', { hessianBytes: 700 }],
    ['with hidden states in storage', { hiddenBytes: 1000 }],
    ['with all in storage', { hessianBytes: 0, hiddenBytes: 0 }],
  ])('gives the sums of the way batch by batch, bit for bit, %s', { timeout: 60_000 }, async (_, budgets) => {
    await using scope = new Scope();
    const parts = await model(scope);
    const expected = await batchByBatch(parts.transformer, parts.dense, tokens);
    const storage = new MemoryStorage();
    {
      const { seen, outcome } = await finished(calibrate({ ...parts, tokens, sequencesPerBatch, storage, ...budgets }));
      await using hessians = outcome;
      expect(seen).toEqual(Array.from({ length: 12 }, (__, step) => Math.floor((42 * (step + 1)) / 12)));
      expect((await storage.list()).length).toBe('hessianBytes' in budgets ? 1 : 0);
      for (const module of parts.dense.modules) {
        if (module === null) continue;
        const columns = outputColumns(spec, module);
        const sum = expected.get(moduleName(module)) ?? new Float64Array(0);
        expect(await hessians.take(module)).toEqual(unpackTriangle(packTriangle(sum, columns), columns));
      }
      await expect(hessians.take({ layer: 1, kind: 'attention' })).rejects.toThrow(RangeError);
    }
    expect(await storage.list()).toEqual([]);
  });

  it('frees tensors and files when it is given up or the storage is full', { timeout: 60_000 }, async () => {
    await using scope = new Scope();
    const parts = await model(scope);
    const before = runtime.live().tensors;
    const storage = new MemoryStorage();
    for await (const done of calibrate({ ...parts, tokens, sequencesPerBatch, storage, hiddenBytes: 500, hessianBytes: 0 })) {
      if (done > 20) break;
    }
    expect((await storage.list()).length).toBe(0);
    const shapes = runtime.live().tensors - before; // masks and tables of the transformer, freed with it
    const full = new MemoryStorage({ quota: 400 });
    const failing = calibrate({ ...parts, tokens, sequencesPerBatch, storage: full, hessianBytes: 0 });
    await expect(finished(failing)).rejects.toThrow(StorageFullError);
    expect(await full.list()).toEqual([]);
    expect(runtime.live().tensors - before).toBe(shapes);
  });

  it('goes on where the inputs of a module overflow: it alone has no Hessian', async () => {
    await using scope = new Scope();
    const plain = await model(scope);
    const source = randomSource(spec, 2);
    const huge = { ...source, read: async (name: string) => (name === 'model.layers.2.self_attn.v_proj.bias' ? (await source.read(name)).fill(1e30) : source.read(name)) };
    const { weights: dense } = scope.own(await DenseWeights.load(runtime, huge));
    const whole = await finished(calibrate({ ...plain, tokens, sequencesPerBatch, storage: new MemoryStorage() }));
    const spoilt = await finished(calibrate({ ...plain, dense, tokens, sequencesPerBatch, storage: new MemoryStorage() }));
    await using expected = whole.outcome;
    await using hessians = spoilt.outcome;
    expect(spoilt.seen).toEqual(whole.seen);
    for (const module of dense.modules) {
      if (module === null) continue;
      if (module.layer === 2) await expect(hessians.take(module)).rejects.toThrow(/the attention of layer 2 are not finite/);
      else expect(await hessians.take(module)).toEqual(await expected.take(module));
    }
  });
});
