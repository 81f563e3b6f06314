import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { neededTensors } from '../../model/expected-tensors.ts';
import { irregularSpec, randomModel, specArbitrary } from '../../model/plain-model.fixture.ts';
import { onnxPrecisions } from '../formats.ts';
import { sourceOf } from './exported-file.fixture.ts';
import { storedWeights } from './stored-weights.ts';

const isProjection = (name: string): boolean => /(_proj|^lm_head)\.weight$/.test(name);

describe('storedWeights', () => {
  it('is the source itself in fp32', () => {
    const source = sourceOf(randomModel(irregularSpec, 1));
    expect(storedWeights(source, 'fp32')).toBe(source);
  });

  it('rounds to 11 bits in float16, to sixteen levels a block in 4 bits, and leaves the rest', async () => {
    await fc.assert(
      fc.asyncProperty(specArbitrary, fc.constantFrom('fp16', 'q4', 'q4f16'), fc.nat(), async (spec, precision, seed) => {
        const source = sourceOf(randomModel(spec, seed));
        const stored = storedWeights(source, precision);
        expect(stored.spec).toBe(spec);
        for (const [name, [, columns = 1]] of neededTensors(spec)) {
          const [before, after] = [await source.read(name), await stored.read(name)];
          const fourBits = precision !== 'fp16' && isProjection(name);
          if (precision === 'q4' && !fourBits) expect(after).toEqual(before);
          for (const [at, value] of before.entries()) {
            const error = Math.abs(value - (after[at] ?? Number.NaN));
            // A level is an eighth of the block's largest value; its far end is half a level short of the opposite sign's largest.
            const start = Math.floor(at / columns) * columns + Math.floor((at % columns) / 32) * 32;
            const largest = Math.max(...before.subarray(start, Math.min(start + 32, (Math.floor(at / columns) + 1) * columns)).map(Math.abs));
            expect(error).toBeLessThanOrEqual(fourBits ? (largest / 8) * 1.01 : Math.abs(value) * 2 ** -11 + 2 ** -25);
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  it.each(onnxPrecisions)('gives rows as it gives the whole: %s', async (precision) => {
    const stored = storedWeights(sourceOf(randomModel({ ...irregularSpec, hidden: 70 }, 2)), precision);
    for (const name of ['model.embed_tokens.weight', 'lm_head.weight', 'model.layers.1.self_attn.q_proj.weight', 'model.norm.weight']) {
      const whole = await stored.read(name);
      const width = name === 'model.norm.weight' ? 1 : 70;
      expect(await stored.readRows(name, 3, 9)).toEqual(whole.slice(3 * width, 9 * width));
    }
  });
});
