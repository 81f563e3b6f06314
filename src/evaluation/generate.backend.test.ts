import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { argmax } from '../base/argmax.ts';
import { randomFor } from '../base/random.ts';
import { DenseWeights } from '../model/dense-weights.ts';
import { openModel, type OpenModel } from '../model/load-model.ts';
import { Transformer } from '../model/transformer.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { makeRuntime, readFixture } from '../runtime/testing.ts';
import { MemorySource } from '../sources/memory-source.ts';
import { chooseToken, type Sampling } from './choose-token.ts';
import { generate, type Writing, type WritingEnd } from './generate.ts';
import { measureSpeeds } from './speed.ts';

let runtime: Runtime;
let model: OpenModel;
let dense: DenseWeights;
let transformer: Transformer;
let before: number;
beforeAll(async () => {
  runtime = await makeRuntime();
  const names = ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json'];
  const files = await Promise.all(names.map(async (name) => [name, await readFixture(`models/tiny-bytes/${name}`)] as const));
  model = await openModel(new MemorySource('tiny-bytes', new Map(files)));
  dense = await DenseWeights.load(runtime, model.weights);
  transformer = await Transformer.create(runtime, model.spec);
});
afterAll(async () => {
  await transformer[Symbol.asyncDispose]();
  dense[Symbol.dispose]();
  expect(runtime.live().tensors).toBe(0);
  await runtime[Symbol.asyncDispose]();
});

const prompt = [0, 40, 41, 42];
const greedy: Writing = { prompt, count: 6, context: 64, end: null, choose: argmax };

async function written(writing: Writing): Promise<{ ids: number[]; why: WritingEnd }> {
  before = runtime.live().tensors;
  const ids: number[] = [];
  const tokens = generate(transformer, dense.weights, writing);
  for (;;) {
    const next = await tokens.next();
    if (next.done !== true) ids.push(next.value);
    else {
      // Kept by the transformer from the first text on: which query heads read which KV head.
      expect(runtime.live().tensors - before).toBeLessThanOrEqual(2);
      return { ids, why: next.value };
    }
  }
}

const drawn = (seed: number, sampling: Sampling): Writing => {
  const random = randomFor(seed, 'sample');
  return { ...greedy, count: 12, choose: (logits) => chooseToken(logits, sampling, random.unit()) };
};

describe('generate', () => {
  it('writes the most probable token after each prefix, as whole passes find it', { timeout: 120_000 }, async () => {
    const expected: number[] = [];
    for (let step = 0; step < 6; step++) {
      const ids = Int32Array.from([...prompt, ...expected]);
      using hidden = await transformer.hidden(dense.weights, { ids, sequences: 1, length: ids.length });
      expected.push(argmax((await transformer.logits(dense.weights, hidden)).subarray(-model.spec.vocabulary)));
    }
    expect(await written(greedy)).toEqual({ ids: expected, why: 'count' });
  });

  it('writes the same text with the same seed, and another with another', async () => {
    const sampling = { temperature: 1.2, topP: 0.95 };
    const first = await written(drawn(1, sampling));
    expect(await written(drawn(1, sampling))).toEqual(first);
    expect(await written(drawn(2, sampling))).not.toEqual(first);
    expect(await written(drawn(2, { temperature: 0, topP: 1 }))).toEqual(await written({ ...greedy, count: 12 }));
  });

  it('stops at the end token, at the end of the context, and refuses a prompt that fills it', async () => {
    const { ids } = await written(greedy);
    const at = ids.lastIndexOf(ids[3] ?? -1, 3); // an id that occurs earlier ends the text there
    const end = ids.indexOf(ids[at] ?? -1);
    expect(await written({ ...greedy, end: ids[3] ?? null })).toEqual({ ids: ids.slice(0, end), why: 'end-token' });
    expect(await written({ ...greedy, context: 7 })).toEqual({ ids: ids.slice(0, 3), why: 'context' });
    await expect(written({ ...greedy, context: 4 })).rejects.toThrow('The prompt has 4 tokens');
    await expect(written({ ...greedy, prompt: [] })).rejects.toThrow('The prompt is empty');
  });

  it('frees its cache when it is given up half-way', async () => {
    before = runtime.live().tensors;
    for await (const id of generate(transformer, dense.weights, greedy)) if (id >= 0) break;
    expect(runtime.live().tensors).toBe(before);
  });
});

describe('measureSpeeds', () => {
  it('times models in turn and says by how many tokens and runs', { timeout: 120_000 }, async () => {
    before = runtime.live().tensors;
    const events = measureSpeeds(transformer, [dense.weights, dense.weights], { context: 24, secondsEach: 60 });
    const seen: number[] = [];
    let next = await events.next();
    for (; next.done !== true; next = await events.next()) seen.push(next.value.done / next.value.total);
    expect(seen).toEqual(Array.from({ length: 10 }, (_, index) => (index + 1) / 10));
    expect(next.value).toMatchObject([{ prefillTokens: 12, decodeTokens: 12, runs: 5 }, { prefillTokens: 12 }]);
    for (const { prefillTokensPerSecond, decodeTokensPerSecond } of next.value) {
      expect(prefillTokensPerSecond).toBeGreaterThan(decodeTokensPerSecond);
      expect(decodeTokensPerSecond).toBeGreaterThan(0);
    }
    expect(runtime.live().tensors).toBe(before);
  });
});
