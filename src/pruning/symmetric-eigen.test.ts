import fc from 'fast-check';
import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { randomFor } from '../base/random.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

describe('symmetricEigen', () => {
  it('gives orthonormal vectors that rebuild the matrix', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 16 }), fc.nat(), (n, seed) => {
        const random = randomFor(seed);
        const half = Matrix.from1DArray(n, n, Array.from({ length: n * n }, () => random.unit() - 0.5));
        const matrix = half.clone().add(half.transpose());
        const { values, vectors } = symmetricEigen(Float64Array.from(matrix.to1DArray()), n);
        const q = Matrix.from1DArray(n, n, vectors);
        expect(q.mmul(q.transpose()).sub(Matrix.eye(n)).norm()).toBeLessThan(1e-12 * n);
        expect(q.transpose().mmul(Matrix.diag(Array.from(values))).mmul(q).sub(matrix).norm()).toBeLessThan(1e-11 * n);
      }),
      { numRuns: 60 },
    );
  });
});
