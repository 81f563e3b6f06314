import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HessianAccumulator, prepareHessian } from './hessian.ts';
import { HessianNotFiniteError, NoCalibrationTokensError } from './pruning-errors.ts';

const settings = { module: 'the MLP of layer 3', columns: 2, damping: 0.01 };

describe('HessianAccumulator', () => {
  it('gives (2/n) X^T X over batches of any size', () => {
    const row = fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(fc.array(row, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 }), (batches) => {
        const accumulator = new HessianAccumulator('test', 3);
        const gram = (rows: readonly (readonly number[])[]) =>
          Float32Array.from({ length: 9 }, (_, at) => rows.reduce((sum, x) => sum + (x[Math.floor(at / 3)] ?? 0) * (x[at % 3] ?? 0), 0));
        for (const batch of batches) accumulator.add(gram(batch), batch.length);
        const rows = batches.flat();
        const hessian = accumulator.take();
        gram(rows).forEach((sum, at) => expect(hessian[at]).toBeCloseTo((2 / rows.length) * sum, 12));
      }),
    );
  });

  it('loses nothing of small batches beside a large sum', () => {
    const accumulator = new HessianAccumulator('test', 1);
    accumulator.add(Float32Array.of(2 ** 24), 1);
    for (let batch = 0; batch < 3; batch++) accumulator.add(Float32Array.of(0.25), 1);
    expect(accumulator.take()[0]).toBe((2 ** 24 + 0.75) / 2);
  });

  it('refuses NaN, names the module and keeps the sum', () => {
    const accumulator = new HessianAccumulator('the MLP of layer 3', 2);
    accumulator.add(Float32Array.of(1, 0, 0, 1), 4);
    expect(() => accumulator.add(Float32Array.of(1, 0, NaN, 1), 4)).toThrow(HessianNotFiniteError);
    expect(() => accumulator.add(Float32Array.of(1, 0, Infinity, 1), 4)).toThrow(/the MLP of layer 3/);
    expect(accumulator.tokens).toBe(4);
    expect([...accumulator.take()]).toEqual([0.5, 0, 0, 0.5]);
  });

  it('notes too few tokens', () => {
    const accumulator = new HessianAccumulator('the MLP of layer 3', 2);
    accumulator.add(Float32Array.of(1, 0, 0, 1), 1);
    expect(accumulator.note).toMatch(/the MLP of layer 3 has 2 inputs and only 1 calibration tokens/);
    accumulator.add(Float32Array.of(1, 0, 0, 1), 1);
    expect(accumulator.note).toBeNull();
  });

  it('refuses what does not fit', () => {
    const accumulator = new HessianAccumulator('test', 2);
    expect(() => accumulator.add(new Float32Array(9), 1)).toThrow(RangeError);
    expect(() => accumulator.take()).toThrow(NoCalibrationTokensError);
    accumulator.add(new Float32Array(4), 1);
    accumulator.take();
    expect(() => accumulator.take()).toThrow(RangeError);
  });
});

describe('prepareHessian', () => {
  it('revives dead inputs first and damps by the mean after that', () => {
    const { matrix, dead } = prepareHessian(Float64Array.of(0, 0, 0, 3), settings);
    expect(dead).toEqual([0]);
    expect([...matrix]).toEqual([1 + 0.02, 0, 0, 3 + 0.02]);
  });

  it('refuses NaN and a wrong size', () => {
    expect(() => prepareHessian(Float64Array.of(1, NaN, 0, 1), settings)).toThrow(/the MLP of layer 3/);
    expect(() => prepareHessian(new Float64Array(9), settings)).toThrow(RangeError);
  });
});
