import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { irregularSpec, randomModel, specArbitrary } from '../../model/plain-model.fixture.ts';
import type { PlainModel } from '../../model/reference-forward.fixture.ts';
import { onnxPrecisions } from '../formats.ts';
import type { OnnxPrecision } from '../formats.ts';
import {
  counting,
  expectedLogits,
  exportedBytes,
  heldModel,
  OpenedFile,
  paddedBatch,
  plainBatch,
  realRows,
  relativeError,
  zeroCaches,
} from './exported-file.fixture.ts';
import { goldenCandidate, goldenDense, goldenNames } from './golden-model.fixture.ts';

/** Relative errors against a float64 forward of the weights as the file holds them. */
const tolerances: Readonly<Record<OnnxPrecision, number>> = { fp32: 1e-5, fp16: 5e-3, q4: 1e-5, q4f16: 2e-2 };

const idsArbitrary = fc.array(fc.nat(), { minLength: 2, maxLength: 7 });

const open = async (model: PlainModel, precision: OnnxPrecision = 'fp32'): Promise<OpenedFile> => OpenedFile.open(await exportedBytes(model, { precision }));

describe.each(onnxPrecisions)('planOnnx in %s', (precision) => {
  const tolerance = tolerances[precision];

  it('computes what a plain forward computes, for irregular models of all families, padded on either side', async () => {
    const property = fc.asyncProperty(specArbitrary, fc.nat(), idsArbitrary, idsArbitrary, async (spec, seed, first, second) => {
      const model = randomModel(spec, seed);
      const held = await heldModel(model, { precision });
      const sequences = [first, second].map((ids) => ids.map((id) => id % spec.vocabulary));
      const expected = expectedLogits(held, sequences);
      await using file = await open(model, precision);
      for (const side of ['left', 'right'] as const) {
        const batch = paddedBatch(sequences, side);
        const { logits } = await file.run(batch, zeroCaches(spec, { precision, sequences: 2 }));
        expect(relativeError(realRows(logits, batch, spec.vocabulary), expected)).toBeLessThan(tolerance);
      }
    });
    await fc.assert(property, { numRuns: 120, seed: 77 });
  });

  it('decodes with its cache as it computes without, whatever the split, and keeps as many logits as it is asked', async () => {
    const property = fc.asyncProperty(specArbitrary, fc.nat(), idsArbitrary, fc.nat(), async (spec, seed, raw, cut) => {
      const model = randomModel(spec, seed);
      const ids = raw.map((id) => id % spec.vocabulary);
      const prompt = 1 + (cut % (ids.length - 1));
      await using file = await open(model, precision);
      const empty = zeroCaches(spec, { precision });
      let { logits, caches } = await file.run(plainBatch([ids.slice(0, prompt)]), empty);
      const seen = [...logits];
      for (let at = prompt; at < ids.length; at++) {
        ({ logits, caches } = await file.run(plainBatch([ids.slice(at, at + 1)], at), caches));
        seen.push(...logits);
      }
      const full = expectedLogits(await heldModel(model, { precision }), [ids]);
      expect(relativeError(seen, full)).toBeLessThan(tolerance);
      for (const kept of [1, 2, 50]) {
        const last = await file.run(plainBatch([ids]), empty, kept);
        expect(relativeError(last.logits, full.slice(-kept * spec.vocabulary))).toBeLessThan(tolerance);
      }
    });
    await fc.assert(property, { numRuns: 120, seed: 77 });
  });

  it('handles every irregularity in one model, and a model without any module', async () => {
    const nothing = { ...irregularSpec, tiedHead: true, layers: irregularSpec.layers.map(() => ({ queryGroups: [], channels: 0 })) };
    for (const spec of [irregularSpec, { ...irregularSpec, tiedHead: true }, nothing]) {
      const model = randomModel(spec, 3);
      const ids = [4, 0, 18, 7, 7];
      await using file = await open(model, precision);
      const { logits } = await file.run(plainBatch([ids]), zeroCaches(spec, { precision }));
      expect(relativeError(logits, expectedLogits(await heldModel(model, { precision }), [ids]))).toBeLessThan(tolerance);
    }
  });

  it('pads a last block of 4 bits: any number of columns', async () => {
    for (const channels of [31, 33, 64, 77]) {
      const spec = { ...irregularSpec, hidden: 37, layers: [{ queryGroups: [3, 1], channels }] };
      const model = randomModel(spec, channels);
      const ids = [4, 0, 18, 7, 7];
      await using file = await open(model, precision);
      const { logits } = await file.run(plainBatch([ids]), zeroCaches(spec, { precision }));
      expect(relativeError(logits, expectedLogits(await heldModel(model, { precision }), [ids]))).toBeLessThan(tolerance);
    }
  });
});

describe('positions and masks', () => {
  it('turn by the distance, wherever the text lies', async () => {
    const model = randomModel(irregularSpec, 4);
    const ids = [4, 0, 18, 7, 7, 2];
    await using file = await open(model);
    for (const start of [1, 13, 60, 250]) {
      const { logits } = await file.run({ ...plainBatch([ids]), positions: [counting(ids.length, start)] }, zeroCaches(irregularSpec));
      expect(relativeError(logits, expectedLogits(model, [ids]))).toBeLessThan(1e-5);
    }
  });

  it('give the same logits, but for rounding, behind one masked position of zeros as behind an empty cache', async () => {
    const model = randomModel(irregularSpec, 5);
    await using file = await open(model);
    const batch = plainBatch([[1, 2, 3, 4], [5, 6, 7, 8]]);
    const empty = await file.run(batch, zeroCaches(irregularSpec, { sequences: 2 }));
    const masked = await file.run({ ...batch, mask: batch.mask.map((row) => [0, ...row]) }, zeroCaches(irregularSpec, { sequences: 2, length: 1 }));
    expect(relativeError(masked.logits, empty.logits)).toBeLessThan(1e-6); // sums over one more position round elsewhere
  });

  it.each(['fp32', 'fp16'] as const)('stay numbers in rows that are all padding and whose scores are far below zero, in %s', async (precision) => {
    const spec = { ...irregularSpec, qkNorm: false, windows: null, layers: [{ queryGroups: [1], channels: 2 }, { queryGroups: [1], channels: 0 }] };
    const model = randomModel(spec, 6);
    // Keys opposite to the queries: all scores are the same large negative number, which shifts every row and changes none.
    const bias = (part: string, value: number): [string, Float32Array] => [`model.layers.0.self_attn.${part}_proj.bias`, Float32Array.of(0, 0, value, 0, 0, value)];
    const opposed: PlainModel = { spec, tensors: new Map([...model.tensors, bias('q', 9), bias('k', -9)]) };
    const batch = paddedBatch([[4, 2], [4, 0, 18, 7, 7, 2]], 'left');
    await using file = await open(opposed, precision);
    const { logits } = await file.run(batch, zeroCaches(spec, { precision, sequences: 2 }));
    const expected = expectedLogits(await heldModel(opposed, { precision }), [[4, 2], [4, 0, 18, 7, 7, 2]]);
    expect(relativeError(realRows(logits, batch, spec.vocabulary), expected)).toBeLessThan(5 * tolerances[precision]);
  });
});

