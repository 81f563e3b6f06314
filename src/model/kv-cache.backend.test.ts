import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomFor } from '../base/random.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { makeRuntime, onGpu } from '../runtime/testing.ts';
import { DenseWeights } from './dense-weights.ts';
import { KvCache } from './kv-cache.ts';
import { llamaTraits } from './llama-traits.ts';
import { irregularSpec, randomModel, readerOf, specArbitrary } from './plain-model.fixture.ts';
import { referenceLogits } from './reference-forward.fixture.ts';
import type { ModelSpec } from './spec.ts';
import { Transformer } from './transformer.ts';
import { wholeSource } from './whole-source.fixture.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await makeRuntime();
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
});

/** float32 against float64, for logits of a few units. */
const LOGITS = 5e-5;
const LENGTH = 11;

const idsFor = ({ vocabulary }: ModelSpec): Int32Array<ArrayBuffer> => {
  const random = randomFor(4, 'ids');
  return Int32Array.from({ length: LENGTH }, () => random.below(vocabulary));
};

/** Logits of every position, read in pieces that end at these places. */
async function inPieces(transformer: Transformer, dense: DenseWeights, ids: Int32Array, ends: readonly number[]): Promise<number[]> {
  using cache = new KvCache();
  const logits: number[] = [];
  let start = 0;
  for (const end of ends) {
    using hidden = await transformer.extend(dense.weights, ids.slice(start, end), cache);
    logits.push(...(await transformer.logits(dense.weights, hidden)));
    start = end;
    expect(cache.length).toBe(end);
  }
  return logits;
}

const largestGap = (found: readonly number[], expected: readonly number[]): number => {
  expect(found.length).toBe(expected.length);
  return Math.max(...expected.map((value, index) => Math.abs(value - (found[index] ?? Number.NaN))));
};

/** A prompt at once and then a token at a time; a piece of several tokens after others as well. */
const pieces: readonly (readonly number[])[] = [
  [4, 5, 6, 7, 8, 9, 10, 11],
  [1, 2, 7, 11],
];

async function expectPlainLogits(spec: ModelSpec, ways: readonly (readonly number[])[]): Promise<void> {
  const model = randomModel(spec, 5);
  const ids = idsFor(spec);
  const expected = [...referenceLogits(model, [...ids])];
  const before = runtime.live();
  {
    await using transformer = await Transformer.create(runtime, spec);
    using dense = await DenseWeights.load(runtime, wholeSource(spec, readerOf(model)));
    for (const ends of ways) expect(largestGap(await inPieces(transformer, dense, ids, ends), expected)).toBeLessThan(LOGITS);
  }
  expect(runtime.live()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
}

const plain = { ...llamaTraits, vocabulary: 13, hidden: 8, headDim: 4, maxPositions: 64 };
const named: readonly (readonly [name: string, spec: ModelSpec])[] = [
  ['every irregularity at once, of a Qwen3 with windows', irregularSpec],
  ['one KV head for all', { ...plain, headDim: 6, hidden: 11, layers: [{ queryGroups: [3], channels: 7 }] }],
  ['windows of 1 to 4 positions', { ...plain, windows: [1, 3, null, 4], layers: Array.from({ length: 4 }, () => ({ queryGroups: [2, 1], channels: 6 })) }],
  ['no attention at all', { ...plain, layers: [{ queryGroups: [], channels: 5 }] }],
  ['the scaling of Llama 3', { ...plain, headDim: 8, rotary: { theta: 500_000, scaling: { type: 'llama3', factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalPositions: 16 } }, layers: [{ queryGroups: [2, 2], channels: 10 }] }],
];

describe('a model that reads with a cache', () => {
  it.each(named)('has the logits of a plain forward in float64: %s', async (_, spec) => {
    await expectPlainLogits(spec, pieces);
  });

  it('has them whatever the shape', { timeout: 300_000 }, async () => {
    await fc.assert(fc.asyncProperty(specArbitrary, (spec) => expectPlainLogits(spec, pieces.slice(0, 1))), { numRuns: onGpu ? 3 : 12, seed: 6 });
  });

  it('forgets everything when a token fails, and can begin anew', async () => {
    const model = randomModel(irregularSpec, 5);
    const before = runtime.live().tensors;
    {
      await using transformer = await Transformer.create(runtime, irregularSpec);
      using dense = await DenseWeights.load(runtime, wholeSource(irregularSpec, readerOf(model)));
      using cache = new KvCache();
      const keeps = (): boolean => dense.weights.modules.some((_, index) => cache.of(index) !== null);
      const ids = idsFor(irregularSpec);
      (await transformer.extend(dense.weights, ids, cache)).dispose();
      expect(keeps()).toBe(true);
      await expect(transformer.extend(dense.weights, Int32Array.of(99), cache)).rejects.toThrow('token ids');
      expect(cache).toMatchObject({ length: LENGTH }); // nothing was read of it
      const broken = { ...dense.weights, modules: dense.weights.modules.map((module, index) => (index === 6 && module ? { ...module, tensors: {} } : module)) };
      await expect(transformer.extend(broken, Int32Array.of(1), cache)).rejects.toThrow('attention.next');
      expect(cache.length).toBe(0);
      expect(keeps()).toBe(false);
      (await transformer.extend(dense.weights, ids, cache)).dispose();
      expect(cache.length).toBe(LENGTH);
    }
    expect(runtime.live().tensors).toBe(before);
  });
});
