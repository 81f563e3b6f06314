import fc from 'fast-check';
import { inverse, Matrix } from 'ml-matrix';
import { expect, it } from 'vitest';
import { prepareHessian } from './hessian.ts';
import { invertInline } from './kept-inverse.ts';
import { randomHessian } from './random-job.fixture.ts';

const prepared = (columns: number, seed: number) => prepareHessian(randomHessian(columns, seed), { module: 'test', columns, damping: 0.01 });

it('inverts what is kept of a Hessian, which stays as it was', async () => {
  const problems = fc.integer({ min: 1, max: 45 }).chain((columns) => fc.record({ columns: fc.constant(columns), kept: fc.subarray([...Array(columns).keys()], { minLength: 1 }), seed: fc.nat() }));
  await fc.assert(
    fc.asyncProperty(problems, async ({ columns, kept, seed }) => {
      const hessian = prepared(columns, seed);
      const before = hessian.matrix.slice();
      const upper = await invertInline(hessian, Int32Array.from(kept));
      expect(hessian.matrix).toEqual(before);
      const expected = inverse(Matrix.from1DArray(columns, columns, before).selection(kept, kept));
      for (let i = 0; i < kept.length; i++) {
        const scale = Math.abs(expected.get(i, i));
        for (let j = i; j < kept.length; j++) expect(Math.abs((upper?.[i * kept.length + j] ?? NaN) - expected.get(i, j))).toBeLessThan(1e-6 * scale);
      }
    }),
    { numRuns: 40 },
  );
});

it('says where a Hessian has no inverse, and hears a cancel', async () => {
  const singular = prepareHessian(Float64Array.of(1, 1, 1, 1), { module: 'test', columns: 2, damping: 0 });
  expect(await invertInline(singular, Int32Array.of(0, 1))).toBeNull();
  expect(await invertInline(singular, Int32Array.of(1))).toEqual(Float32Array.of(1));
  await expect(invertInline(singular, Int32Array.of(1), AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
});
