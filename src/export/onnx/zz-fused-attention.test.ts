import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { irregularSpec, randomModel, specArbitrary } from '../../model/plain-model.fixture.ts';
import type { ModelSpec } from '../../model/spec.ts';
import { onnxPrecisions } from '../formats.ts';
import type { OnnxPrecision } from '../formats.ts';
import { expectedLogits, exportedBytes, heldModel, OpenedFile, paddedBatch, plainBatch, planOf, realRows, relativeError, sourceOf, zeroCaches } from './exported-file.fixture.ts';
import { FusedAttentionError } from './onnx-export-errors.ts';
import { planOnnx } from './onnx-model.ts';
import { onnxSignature } from './onnx-signature.ts';

const tolerances: Readonly<Record<OnnxPrecision, number>> = { fp32: 1e-5, fp16: 5e-3, q4: 1e-5, q4f16: 2e-2 };
const attention = 'gqa';

/** Heads of the smallest size that the operator rotates. */
const fusedArbitrary = specArbitrary.map((spec) => ({ ...spec, headDim: 16 }));
const idsArbitrary = fc.array(fc.nat(), { minLength: 2, maxLength: 9 });

describe.each(onnxPrecisions)('GroupQueryAttention in %s', (precision) => {
  const tolerance = tolerances[precision];

  it('computes what a plain forward of the ragged model computes, padded behind', async () => {
    const property = fc.asyncProperty(fusedArbitrary, fc.nat(), idsArbitrary, idsArbitrary, async (spec, seed, first, second) => {
      const model = randomModel(spec, seed);
      const held = await heldModel(model, { precision, attention });
      const sequences = [first, second].map((ids) => ids.map((id) => id % spec.vocabulary));
      const batch = paddedBatch(sequences, 'right');
      await using file = await OpenedFile.open(await exportedBytes(model, { precision, attention }));
      const { logits } = await file.run(batch, zeroCaches(held.spec, { precision, sequences: 2 }));
      expect(relativeError(realRows(logits, batch, spec.vocabulary), expectedLogits(held, sequences))).toBeLessThan(tolerance);
      if (precision === 'fp32') expect(relativeError(realRows(logits, batch, spec.vocabulary), expectedLogits(model, sequences))).toBeLessThan(tolerance);
    });
    await fc.assert(property, { numRuns: 120, seed: 77 });
  });

  it('goes on from its cache by one token or several, and keeps as many logits as it is asked', async () => {
    const property = fc.asyncProperty(fusedArbitrary, fc.nat(), idsArbitrary, fc.nat(), async (spec, seed, raw, cut) => {
      const model = randomModel(spec, seed);
      const ids = raw.map((id) => id % spec.vocabulary);
      const prompt = 1 + (cut % (ids.length - 1));
      const held = await heldModel(model, { precision, attention });
      await using file = await OpenedFile.open(await exportedBytes(model, { precision, attention }));
      const full = expectedLogits(held, [ids]);
      const begun = await file.run(plainBatch([ids.slice(0, prompt)]), zeroCaches(held.spec, { precision }));
      const together = await file.run(plainBatch([ids.slice(prompt)], prompt), begun.caches);
      expect(relativeError([...begun.logits, ...together.logits], full)).toBeLessThan(tolerance);
      let { logits, caches } = begun;
      const seen = [...logits];
      for (let at = prompt; at < ids.length; at++) {
        ({ logits, caches } = await file.run(plainBatch([ids.slice(at, at + 1)], at), caches));
        seen.push(...logits);
      }
      expect(relativeError(seen, full)).toBeLessThan(tolerance);
      const last = await file.run(plainBatch([ids]), zeroCaches(held.spec, { precision }), 1);
      expect(relativeError(last.logits, full.slice(-spec.vocabulary))).toBeLessThan(tolerance);
    });
    await fc.assert(property, { numRuns: 120, seed: 77 });
  });
});

describe('GroupQueryAttention', () => {
  const spec: ModelSpec = { ...irregularSpec, headDim: 16 };
  const ids = [4, 0, 18, 7, 7, 2, 1, 9, 11];

  it.each([1, 2, 5])('sees as much of a window of %d as the plain mask does, also from a cache', async (window) => {
    const model = randomModel({ ...spec, windows: spec.layers.map(() => window) }, 7);
    const held = await heldModel(model, { attention });
    await using file = await OpenedFile.open(await exportedBytes(model, { attention }));
    const full = expectedLogits(model, [ids]);
    const whole = await file.run(plainBatch([ids]), zeroCaches(held.spec));
    expect(relativeError(whole.logits, full)).toBeLessThan(1e-5);
    const begun = await file.run(plainBatch([ids.slice(0, 6)]), zeroCaches(held.spec));
    const rest = await file.run(plainBatch([ids.slice(6)], 6), begun.caches);
    expect(relativeError(rest.logits, full.slice(6 * spec.vocabulary))).toBeLessThan(1e-5);
  });

  it('has caches of the regrouped heads, and no position ids', async () => {
    const ragged = { ...spec, layers: [{ queryGroups: [4, 2], channels: 3 }, { queryGroups: [3, 1, 2], channels: 0 }, { queryGroups: [], channels: 2 }] };
    expect(onnxSignature(await exportedBytes(randomModel(ragged, 1), { attention, precision: 'fp16' }))).toEqual({
      caches: [
        { layer: 0, kvHeads: 3, headDim: 16 },
        { layer: 1, kvHeads: 3, headDim: 16 },
      ],
      cacheType: 'float16',
      positionIds: false,
      vocabulary: 19,
    });
  });

  it('is refused for heads that it cannot rotate', () => {
    const plan = planOf(sourceOf(randomModel(irregularSpec, 1)), { attention });
    expect(() => planOnnx(plan)).toThrow(FusedAttentionError);
  });
});
