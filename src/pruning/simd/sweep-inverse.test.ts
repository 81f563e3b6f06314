import fc from 'fast-check';
import { inverse, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { prepareHessian } from '../hessian.ts';
import { plainInverse } from '../plain-obs.ts';
import { randomHessian } from '../random-job.fixture.ts';
import { KernelMemory } from './kernel-memory.ts';
import { inPanels, panelsLength, takePanels } from './panels.ts';
import { invertUpper, SWEEP } from './sweep-inverse.ts';

const spd = (n: number, seed: number): Float64Array<ArrayBuffer> => {
  const matrix = randomHessian(n, seed);
  prepareHessian(matrix, { module: 'test', columns: n, damping: 0.01 });
  return matrix;
};
/** The inverse `[n, n]`, both triangles; null where the matrix is not positive definite. */
function inverseOf(matrix: Float64Array, n: number): Float64Array | null {
  const stride = inPanels(n);
  const deep = panelsLength(stride, SWEEP);
  const memory = new KernelMemory([stride * stride, deep, deep, panelsLength(SWEEP, SWEEP)]);
  const rows = { ...memory.take(stride * stride), stride };
  for (let i = 0; i < n; i++) for (let j = i; j < n; j++) rows.data[i * stride + j] = matrix[i * n + j]!;
  for (let i = n; i < stride; i++) rows.data[i * (stride + 1)] = 1;
  const room = { cross: takePanels(memory, stride, SWEEP), y: takePanels(memory, stride, SWEEP), factor: takePanels(memory, SWEEP, SWEEP) };
  const steps = invertUpper(memory, rows, stride, room);
  let [step, yields] = [steps.next(), 0];
  for (; step.done !== true; step = steps.next()) yields++;
  if (!step.value) return null;
  expect(yields).toBe(Math.ceil(stride / SWEEP));
  return Float64Array.from(matrix, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    return rows.data[Math.min(i, j) * stride + Math.max(i, j)]!;
  });
}

const asMatrix = (data: Float64Array, n: number): Matrix => Matrix.from1DArray(n, n, data);

describe('invertUpper', () => {
  it('gives A A^-1 = I as ml-matrix does, over more sweeps than one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 90 }), fc.nat(), (n, seed) => {
        const matrix = spd(n, seed);
        const inverted = inverseOf(matrix, n) ?? matrix;
        const product = asMatrix(matrix, n).mmul(asMatrix(inverted, n)).sub(Matrix.eye(n));
        expect(product.norm()).toBeLessThan(1e-10 * n);
        const expected = inverse(asMatrix(matrix, n));
        expect(asMatrix(inverted, n).sub(expected).norm()).toBeLessThan(1e-10 * expected.norm());
      }),
      { numRuns: 40 },
    );
  });

  it('loses no more than Cholesky does where the condition is bad', () => {
    const n = 70;
    for (const damping of [1e-4, 1e-8]) {
      // Half as many inputs as columns: what is damped alone is as small as the damping.
      const matrix = randomHessian(n, 5, n / 2);
      prepareHessian(matrix, { module: 'test', columns: n, damping });
      const [swept, plain] = [inverseOf(matrix, n) ?? matrix, plainInverse(matrix, n)];
      const residual = (inverted: Float64Array) => asMatrix(matrix, n).mmul(asMatrix(inverted, n)).sub(Matrix.eye(n)).norm();
      expect(residual(swept)).toBeLessThan(10 * residual(plain));
    }
  });

  it('keeps what is not connected at exactly zero', () => {
    const inverted = inverseOf(Float64Array.of(2, 0, 1, 0, 4, 0, 1, 0, 3), 3);
    expect([inverted?.[1], inverted?.[4], inverted?.[5]]).toEqual([0, 0.25, 0]);
  });

  it.each([
    ['a negative direction', [1, 2, 2, 1]],
    ['a zero', [0, 0, 0, 1]],
    ['NaN', [NaN, 0, 0, 1]],
    ['infinity', [1, 0, 0, Infinity]],
  ])('refuses %s', (_, values) => {
    expect(inverseOf(Float64Array.from(values), 2)).toBeNull();
  });

  it('finds in a later sweep that a matrix is not positive definite', () => {
    const n = 50;
    const matrix = spd(n, 1);
    matrix[(n - 1) * (n + 1)] = 0;
    expect(inverseOf(matrix, n)).toBeNull();
  });
});
