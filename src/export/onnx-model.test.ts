import fc from 'fast-check';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { irregularSpec, randomModel, readerOf, specArbitrary } from '../model/plain-model.fixture.ts';
import { referenceLogits } from '../model/reference-forward.fixture.ts';
import type { PlainModel } from '../model/reference-forward.fixture.ts';
import { kvHeads, queryHeads } from '../model/spec.ts';
import type { ModelSpec } from '../model/spec.ts';
import { ExportTooLargeError } from './export-errors.ts';
import { goldenCandidate, goldenDense, goldenNames } from './golden-model.fixture.ts';
import { exportOnnx } from './onnx-model.ts';

/** float32 against float64, for logits of a few units. */
const TOLERANCE = 3e-5;

/** A batch as callers make it: 0 in `mask` is padding. */
interface Batch {
  readonly ids: readonly (readonly number[])[];
  readonly mask: readonly (readonly number[])[];
  readonly positions: readonly (readonly number[])[];
}

type Cache = Readonly<Record<string, ort.Tensor>>;

const open = async (model: PlainModel): Promise<ort.InferenceSession> =>
  ort.InferenceSession.create(await exportOnnx({ spec: model.spec, readTensor: readerOf(model), metadata: {} }), { logSeverityLevel: 3 });

const int64 = (rows: readonly (readonly number[])[]): ort.Tensor =>
  new ort.Tensor('int64', BigInt64Array.from(rows.flat(), BigInt), [rows.length, rows[0]?.length ?? 0]);

/** Caches of no position at all, as most callers start. */
function emptyPast({ layers, headDim }: ModelSpec, sequences: number): Cache {
  const entries = layers.flatMap((shape, layer) =>
    queryHeads(shape) === 0
      ? []
      : ['key', 'value'].map((part) => {
          const empty = new ort.Tensor('float32', new Float32Array(0), [sequences, kvHeads(shape), 0, headDim]);
          return [`past_key_values.${layer}.${part}`, empty] as const;
        }),
  );
  return Object.fromEntries(entries);
}

/** Logits `[sequences, length, vocabulary]`, flat, and the cache for the next run. */
async function run(session: ort.InferenceSession, { ids, mask, positions }: Batch, past: Cache): Promise<{ logits: Float32Array; cache: Cache }> {
  const outputs = await session.run({ input_ids: int64(ids), attention_mask: int64(mask), position_ids: int64(positions), ...past });
  const logits = outputs['logits']?.data;
  if (!(logits instanceof Float32Array)) throw new TypeError('logits are not float32');
  const presents = Object.entries(outputs).filter(([name]) => name.startsWith('present.'));
  return { logits, cache: Object.fromEntries(presents.map(([name, tensor]) => [name.replace('present', 'past_key_values'), tensor])) };
}

const counting = (length: number, start = 0): number[] => Array.from({ length }, (_, index) => start + index);

/** Sequences of one length without padding. */
const plainBatch = (ids: readonly (readonly number[])[]): Batch => ({
  ids,
  mask: ids.map((row) => row.map(() => 1)),
  positions: ids.map((row) => counting(row.length)),
});

function padded(ids: readonly (readonly number[])[], side: 'left' | 'right'): Batch {
  const width = Math.max(...ids.map((row) => row.length));
  const pad = (row: readonly number[], fill: number): number[] => {
    const filling = Array.from({ length: width - row.length }, () => fill);
    return side === 'left' ? [...filling, ...row] : [...row, ...filling];
  };
  return {
    ids: ids.map((row) => pad(row, 1)),
    mask: ids.map((row) => pad(row.map(() => 1), 0)),
    positions: ids.map((row) => pad(counting(row.length), 1)),
  };
}

function maxDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  return Array.from(actual).reduce((max, value, index) => {
    const difference = Math.abs(value - (expected[index] ?? Number.NaN));
    return difference <= max ? max : difference; // NaN stays
  }, 0);
}

const idsArbitrary = fc.array(fc.nat(), { minLength: 2, maxLength: 7 });

describe('exportOnnx', () => {
  it('computes what a plain forward computes, for irregular models of all families', async () => {
    const property = fc.asyncProperty(specArbitrary, fc.nat(), idsArbitrary, idsArbitrary, async (spec, seed, first, second) => {
      const model = randomModel(spec, seed);
      const sequences = [first, second].map((ids) => ids.map((id) => id % spec.vocabulary));
      const expected = sequences.map((ids) => referenceLogits(model, ids));
      const session = await open(model);
      for (const side of ['left', 'right'] as const) {
        const batch = padded(sequences, side);
        const { logits } = await run(session, batch, emptyPast(spec, 2));
        const real = logits.filter((_, index) => batch.mask.flat()[Math.floor(index / spec.vocabulary)] === 1);
        expect(maxDifference(real, expected.flat())).toBeLessThan(TOLERANCE);
      }
      await session.release();
    });
    await fc.assert(property, { numRuns: 40, seed: 11 });
  });

  it('decodes with its cache as it computes without, whatever the split', async () => {
    const property = fc.asyncProperty(specArbitrary, fc.nat(), idsArbitrary, fc.nat(), async (spec, seed, raw, cut) => {
      const model = randomModel(spec, seed);
      const ids = raw.map((id) => id % spec.vocabulary);
      const prompt = 1 + (cut % (ids.length - 1));
      const session = await open(model);
      let { logits, cache } = await run(session, plainBatch([ids.slice(0, prompt)]), emptyPast(spec, 1));
      const seen = [...logits];
      for (let at = prompt; at < ids.length; at++) {
        const step = { ids: [ids.slice(at, at + 1)], mask: [counting(at + 1).map(() => 1)], positions: [[at]] };
        ({ logits, cache } = await run(session, step, cache));
        seen.push(...logits);
      }
      await session.release();
      expect(maxDifference(seen, referenceLogits(model, ids))).toBeLessThan(TOLERANCE);
    });
    await fc.assert(property, { numRuns: 25, seed: 12 });
  });

  it('handles every irregularity in one model, and a model without any module', async () => {
    const nothing = { ...irregularSpec, tiedHead: true, layers: irregularSpec.layers.map(() => ({ queryGroups: [], channels: 0 })) };
    for (const spec of [irregularSpec, { ...irregularSpec, tiedHead: true }, nothing]) {
      const model = randomModel(spec, 3);
      const ids = [4, 0, 18, 7, 7];
      const session = await open(model);
      const { logits } = await run(session, plainBatch([ids]), emptyPast(spec, 1));
      expect(maxDifference(logits, referenceLogits(model, ids))).toBeLessThan(TOLERANCE);
      await session.release();
    }
  });

  it('turns by the distance of positions, wherever they lie', async () => {
    const model = randomModel(irregularSpec, 4);
    const ids = [4, 0, 18, 7, 7, 2];
    const session = await open(model);
    for (const start of [1, 13, 60, 250]) {
      const { logits } = await run(session, { ...plainBatch([ids]), positions: [counting(ids.length, start)] }, emptyPast(irregularSpec, 1));
      expect(maxDifference(logits, referenceLogits(model, ids))).toBeLessThan(TOLERANCE);
    }
    await session.release();
  });

  it('gives the same logits, but for rounding, behind one masked position of zeros as behind an empty cache', async () => {
    const model = randomModel(irregularSpec, 5);
    const session = await open(model);
    const batch = plainBatch([[1, 2, 3, 4], [5, 6, 7, 8]]);
    const empty = await run(session, batch, emptyPast(irregularSpec, 2));
    const dummy = Object.fromEntries(
      Object.entries(emptyPast(irregularSpec, 2)).map(([name, { dims }]) => {
        const shape = dims.map((size) => (size === 0 ? 1 : size));
        return [name, new ort.Tensor('float32', new Float32Array(shape.reduce((product, size) => product * size, 1)), shape)];
      }),
    );
    const masked = await run(session, { ...batch, mask: batch.mask.map((row) => [0, ...row]) }, dummy);
    expect(maxDifference(masked.logits, empty.logits)).toBeLessThan(2e-6); // sums over one more position round elsewhere
    await session.release();
  });

  it.each(goldenNames.flatMap((name) => [[name, 'dense', goldenDense] as const, [name, 'candidate 0', goldenCandidate] as const]))(
    'meets the golden logits of %s, %s',
    async (name, _which, load) => {
      const golden = await load(name);
      const { ids, sequences, length } = golden;
      const rows = Array.from({ length: sequences }, (_, row) => [...ids.subarray(row * length, (row + 1) * length)]);
      const session = await open(golden);
      const { logits } = await run(session, plainBatch(rows), emptyPast(golden.spec, sequences));
      expect(maxDifference(logits, golden.logits)).toBeLessThan(golden.tolerance);
      await session.release();
    },
  );

  it('refuses what no single file can hold before it reads a weight', async () => {
    let read = 0;
    const readTensor = async (): Promise<Float32Array> => {
      read += 1;
      return new Float32Array(0);
    };
    const huge = { ...irregularSpec, vocabulary: 200_000, hidden: 2400, tiedHead: true };
    await expect(exportOnnx({ spec: huge, readTensor, metadata: {} })).rejects.toThrow(ExportTooLargeError);
    expect(read).toBe(0);
  });
});
