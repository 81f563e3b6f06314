import { Matrix, pseudoInverse } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { randomFor } from '../base/random.ts';
import { BlockObs } from './block-obs.ts';
import { ColumnObs } from './column-obs.ts';
import { ObsMatrices } from './obs-matrices.ts';
import { passLengths, shapeOf } from './obs-shape.ts';
import type { StructureSize } from './obs-shape.ts';
import { randomWeight } from './random-job.fixture.ts';
import { KernelMemory } from './simd/kernel-memory.ts';

/** Matrices in which P is what is given, and not the inverse of anything. */
function matricesOf(inverse: Matrix, weight: Float32Array, size: StructureSize, places: number[]): ObsMatrices {
  const columns = inverse.rows;
  const shape = [columns, weight.length / columns, size] as const;
  const matrices = new ObsMatrices(new KernelMemory(passLengths(...shape)), shapeOf(...shape));
  const hessian = { module: 'test', columns, damping: 0, matrix: Float64Array.from(inverse.to1DArray()), dead: [] };
  matrices.load(hessian, weight, Int32Array.from(places));
  return matrices;
}

/** `A A^T` `[rows, rows]`, A `[rows, rank]` random with the first two rows equal. */
function singular(rows: number, rank: number): Matrix {
  const random = randomFor(1, 'singular');
  const a = new Matrix(Array.from({ length: rows }, () => Array.from({ length: rank }, () => random.unit() - 0.5)));
  a.setRow(1, a.getRow(0));
  return a.mmul(a.transpose());
}

describe('a removal whose P_SS is not positive definite', () => {
  it('is free and changes nothing where it is a column', () => {
    const weight = randomWeight(3 * 5, 1);
    const state = new ColumnObs(matricesOf(Matrix.diag([2, 1, 0, -1, 3]), weight, 1, [0, 1, 2, 3, 4]), 5);
    expect(state.cheapest()).toEqual({ structure: 2, score: 0 });
    expect(state.remove(2)).toBe(true);
    expect(state.cheapest()).toEqual({ structure: 3, score: 0 });
    expect(state.remove(3)).toBe(true);
    expect([...state.weight()]).toEqual([...weight].filter((_, at) => at % 5 !== 2 && at % 5 !== 3));
    expect(state.remove(0)).toBe(false);
  });

  it('takes the pseudo-inverse where it is a head', () => {
    const [columns, rows] = [6, 4];
    const inverse = singular(columns, 5);
    const weight = randomWeight(rows * columns, 2);
    const state = new BlockObs(matricesOf(inverse, weight, 2, [0, 1, 4, 5, 8, 9]), [2, 2, 2]);
    expect(state.remove(0)).toBe(true);
    const w = Matrix.from1DArray(rows, columns, weight);
    const pivot = pseudoInverse(inverse.subMatrix(0, 1, 0, 1), 1e-10);
    const expected = w.sub(w.subMatrix(0, rows - 1, 0, 1).mmul(pivot).mmul(inverse.subMatrix(0, 1, 0, columns - 1))).subMatrix(0, rows - 1, 2, columns - 1);
    expect(Matrix.from1DArray(rows, 4, state.weight()).sub(expected).norm()).toBeLessThan(1e-6);
    expect(state.remove(2)).toBe(false);
  });
});
