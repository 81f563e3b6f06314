import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DenseWeights } from '../model/dense-weights.ts';
import { joinedTiles } from '../model/golden-checks.fixture.ts';
import { readGolden } from '../model/golden.fixture.ts';
import type { Golden } from '../model/golden.fixture.ts';
import { trainableTensors } from '../model/parameters.ts';
import { inBatches } from '../model/token-batches.ts';
import { Transformer } from '../model/transformer.ts';
import { readFloats, type Runtime } from '../runtime/runtime.ts';
import { fewOnGpu, makeRuntime } from '../runtime/testing.ts';
import { fineTune } from './fine-tune.ts';
import { constantRate } from './learning-rate.ts';

/** Cuts the tables of the goldens into tiles. */
const bindingLimit = 4400;
const rate = 1e-3;

let whole: Runtime;
let tiled: Runtime;
beforeAll(async () => {
  whole = await makeRuntime();
  tiled = await makeRuntime({ bindingLimit });
});
afterAll(async () => {
  await whole[Symbol.asyncDispose]();
  await tiled[Symbol.asyncDispose]();
});

/** What was trained already: the same steps on the same runtime give the same. */
const done = new Map<string, ReturnType<typeof train>>();

function trained(runtime: Runtime, golden: Golden, embeddings: boolean): ReturnType<typeof train> {
  const key = `${golden.source.spec.family} ${runtime === tiled} ${embeddings}`;
  const known = done.get(key) ?? train(runtime, golden, embeddings);
  done.set(key, known);
  return known;
}

/** All parameters of a golden after a few steps, one sequence each, and the losses; nothing stays on the device. */
async function train(runtime: Runtime, golden: Golden, embeddings: boolean) {
  const { source, batch } = golden;
  const losses: number[] = [];
  let start = new Map<string, Float32Array>();
  let values = start;
  let peak = 0;
  {
    await using transformer = await Transformer.create(runtime, source.spec);
    using dense = await DenseWeights.load(runtime, source);
    const { weights } = dense;
    start = await joinedTiles(runtime, trainableTensors(weights));
    const batches = inBatches(batch, 1);
    for await (const { loss } of fineTune({ runtime, transformer, weights, batches, totalTokens: batch.ids.length, learningRate: constantRate(rate), embeddings })) {
      losses.push((await readFloats(runtime, loss))[0] ?? Number.NaN);
      peak = Math.max(peak, runtime.live().tensors);
    }
    values = await joinedTiles(runtime, trainableTensors(weights));
  }
  expect(runtime.live().tensors).toBe(0);
  return { losses, start, values, peak };
}

const tables = ['model.embed_tokens.weight', 'lm_head.weight'];

describe.each(fewOnGpu(['llama-gqa', 'qwen3'], 1))('fineTune on golden %s', (name) => {
  let golden: Golden;
  beforeAll(async () => {
    golden = await readGolden(name);
  });

  it('trains embedding and head in tiles as it trains them whole', async () => {
    const [one, many] = [await trained(whole, golden, true), await trained(tiled, golden, true)];
    expect(many.losses.length).toBe(golden.batch.sequences);
    many.losses.forEach((loss, step) => expect(Math.abs(loss - (one.losses[step] ?? Number.NaN))).toBeLessThan(1e-4));
    expect([...many.values.keys()].sort()).toEqual([...one.values.keys()].sort());
    for (const [tensor, values] of many.values) {
      const start = many.start.get(tensor) ?? new Float32Array(0);
      const other = one.values.get(tensor) ?? new Float32Array(0);
      const moved = values.filter((value, index) => value !== start[index]).length;
      expect([tensor, moved > 0]).toEqual([tensor, true]);
      // AdamW moves by the sign of the slope: where that is nothing but rounding, two ways differ by up to two steps each time
      const apart = values.filter((value, index) => !(Math.abs(value - (other[index] ?? Number.NaN)) < rate * 0.05)).length;
      expect([tensor, apart <= Math.ceil(0.002 * values.length)]).toEqual([tensor, true]);
    }
  });

  it.each([['whole', false] as const, ['in tiles', true] as const])('leaves embedding and head %s as they are where they are not trained', async (_, inTiles) => {
    const runtime = inTiles ? tiled : whole;
    const [frozen, full] = [await trained(runtime, golden, false), await trained(runtime, golden, true)];
    expect(frozen.losses[0]).toBe(full.losses[0]);
    expect(frozen.peak).toBeLessThan(full.peak); // no moments for them
    for (const [tensor, values] of frozen.values) {
      const same = values.every((value, index) => value === frozen.start.get(tensor)?.[index]);
      expect([tensor, same]).toEqual([tensor, tables.includes(tensor)]);
    }
  });
});
