import fc from 'fast-check';
import { inverse, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { prepareHessian } from './hessian.ts';
import { plainInverse, plainObs } from './plain-obs.ts';
import { HessianNotPositiveDefiniteError, PruningNotFiniteError } from './pruning-errors.ts';
import { randomHessian, randomWeight } from './random-job.fixture.ts';
import { pruneStructures } from './structured-obs.ts';
import type { PruneOutcome } from './structured-obs.ts';

interface Problem {
  readonly structures: number;
  readonly size: number;
  readonly rows: number;
  readonly seed: number;
}

const problems = fc.record({
  structures: fc.integer({ min: 1, max: 12 }),
  size: fc.integer({ min: 1, max: 5 }),
  rows: fc.integer({ min: 1, max: 9 }),
  seed: fc.nat(),
});

const damped = (columns: number, seed: number, damping = 0.01) =>
  prepareHessian(randomHessian(columns, seed), { module: 'the MLP of layer 3', columns, damping });

function solve({ structures, size, rows, seed }: Problem): PruneOutcome {
  const hessian = damped(structures * size, seed);
  const weight = randomWeight(rows * structures * size, seed);
  return pruneStructures({ hessian, weight, structureSize: size, removals: Array.from({ length: structures + 1 }, (_, count) => count) });
}

/** `W H_:,R (H_RR)^-1`: the best weight on the columns R, whatever the path to it. */
function closedForm({ structures, size, rows, seed }: Problem, kept: Int32Array): Matrix {
  const columns = structures * size;
  const hessian = Matrix.from1DArray(columns, columns, damped(columns, seed).matrix);
  const weight = Matrix.from1DArray(rows, columns, randomWeight(rows * columns, seed));
  const all = Array.from({ length: columns }, (_, column) => column);
  const keptColumns = all.filter((column) => kept.includes(Math.floor(column / size)));
  return weight.mmul(hessian.subMatrixColumn(keptColumns)).mmul(inverse(hessian.selection(keptColumns, keptColumns)));
}

/** Half the quadratic error that a level makes, `tr((W - W') H (W - W')^T) / 2`. */
function error({ structures, size, rows, seed }: Problem, kept: Int32Array, weight: Matrix): number {
  const columns = structures * size;
  const difference = Matrix.from1DArray(rows, columns, randomWeight(rows * columns, seed));
  kept.forEach((structure, at) => {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < size; column++) {
        const target = structure * size + column;
        difference.set(row, target, difference.get(row, target) - weight.get(row, at * size + column));
      }
    }
  });
  const hessian = Matrix.from1DArray(columns, columns, damped(columns, seed).matrix);
  return difference.mmul(hessian).mmul(difference.transpose()).trace() / 2;
}

describe('pruneStructures', () => {
  it('agrees with the closed form W H_:,R (H_RR)^-1 at every level, and its loss with the error made', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        for (const { kept, weight, loss, removed } of solve(problem).snapshots) {
          if (removed === 0 || kept.length === 0) continue;
          const expected = closedForm(problem, kept);
          const actual = Matrix.from1DArray(problem.rows, kept.length * problem.size, weight);
          expect(actual.clone().sub(expected).norm()).toBeLessThan(1e-6 * expected.norm() + 1e-9);
          const made = error(problem, kept, expected);
          expect(Math.abs(loss - made)).toBeLessThan(1e-8 * made + 1e-12);
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['columns, over several updates that were put off', fc.constant(1), fc.integer({ min: 100, max: 190 }), 5],
    ['heads', fc.integer({ min: 2, max: 20 }), fc.integer({ min: 1, max: 9 }), 12],
  ])('takes the same way at the same losses as the plain loop: %s', (_, sizes, counts, numRuns) => {
    fc.assert(
      fc.property(sizes, counts, fc.integer({ min: 1, max: 40 }), fc.nat(), (size, structures, rows, seed) => {
        const columns = structures * size;
        const weight = randomWeight(rows * columns, seed);
        const removals = [Math.floor(structures / 3), structures];
        const { order, scores, snapshots } = pruneStructures({ hessian: damped(columns, seed), weight, structureSize: size, removals });
        const { matrix } = damped(columns, seed);
        const blocks = Array<number>(structures).fill(size);
        const plain = plainObs(plainInverse(matrix, columns), Float64Array.from(weight), blocks, structures);
        expect(order).toEqual(plain.order);
        scores.forEach((score, step) => expect(Math.abs(score / (plain.scores[step] ?? NaN) - 1)).toBeLessThan(1e-9));
        const part = plainObs(plainInverse(matrix, columns), Float64Array.from(weight), blocks, removals[0] ?? 0);
        const apart = Matrix.from1DArray(1, part.weight.length, part.weight).sub(Matrix.from1DArray(1, part.weight.length, snapshots[0]?.weight ?? []));
        expect(apart.norm()).toBeLessThanOrEqual(1e-6 * Math.hypot(...part.weight)); // float32 keeps 6e-8
      }),
      { numRuns },
    );
  });

  it('gives the same bytes every time', () => {
    const run = (structureSize: number) =>
      pruneStructures({ hessian: damped(140, 3), weight: randomWeight(17 * 140, 3), structureSize, removals: [0, 40 / structureSize, 140 / structureSize] });
    expect(run(1)).toEqual(run(1));
    expect(run(20)).toEqual(run(20));
  });

  it('agrees with the closed form where updates of many columns were put off', () => {
    // More removals between snapshots than ColumnObs puts off, and not a multiple of them.
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 11 }), (seed, rows) => {
        const problem = { structures: 87, size: 1, rows, seed };
        const options = { hessian: damped(87, seed), weight: randomWeight(rows * 87, seed), structureSize: 1 };
        const { snapshots } = pruneStructures({ ...options, removals: [41, 80] });
        for (const { kept, weight, loss } of snapshots) {
          const expected = closedForm(problem, kept);
          expect(Matrix.from1DArray(rows, kept.length, weight).sub(expected).norm()).toBeLessThan(1e-6 * expected.norm());
          const made = error(problem, kept, expected);
          expect(Math.abs(loss - made)).toBeLessThan(1e-8 * made);
        }
        // The path does not depend on when the updates are carried out.
        const eager = solve(problem);
        expect(snapshots.map(({ kept }) => kept)).toEqual([41, 80].map((removed) => eager.snapshots[removed]?.kept));
      }),
      { numRuns: 8 },
    );
  });

  it('agrees with the closed form where structures are of unlike sizes', () => {
    const sizeLists = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(sizeLists, fc.integer({ min: 1, max: 9 }), fc.nat(), (sizes, rows, seed) => {
        const owner = sizes.flatMap((size, structure) => Array<number>(size).fill(structure));
        const whole = { structures: owner.length, size: 1, rows, seed };
        const options = { hessian: damped(owner.length, seed), weight: randomWeight(rows * owner.length, seed) };
        const outcome = pruneStructures({ ...options, structureSize: sizes, removals: [...sizes.keys(), sizes.length] });
        expect([...outcome.order].sort((a, b) => a - b)).toEqual([...sizes.keys()]);
        for (const { kept, weight, loss, removed } of outcome.snapshots) {
          if (removed === 0 || kept.length === 0) continue;
          const columns = Int32Array.from([...owner.keys()].filter((column) => kept.includes(owner[column] ?? -1)));
          const expected = closedForm(whole, columns);
          const actual = Matrix.from1DArray(rows, columns.length, weight);
          expect(actual.clone().sub(expected).norm()).toBeLessThan(1e-6 * expected.norm() + 1e-9);
          const made = error(whole, columns, expected);
          expect(Math.abs(loss - made)).toBeLessThan(1e-8 * made + 1e-12);
        }
        const equal = sizes.map(() => 2);
        const same = { weight: randomWeight(2 * rows * sizes.length, seed), removals: [0, sizes.length] };
        const listed = pruneStructures({ ...same, hessian: damped(2 * sizes.length, seed), structureSize: equal });
        expect(listed).toEqual(pruneStructures({ ...same, hessian: damped(2 * sizes.length, seed), structureSize: 2 }));
      }),
      { numRuns: 40 },
    );
  });

  it('removes each structure once; sizes add up and the loss never falls', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const { order, scores, snapshots, fallbacks } = solve(problem);
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: problem.structures }, (_, structure) => structure));
        expect(fallbacks).toBe(0);
        expect(snapshots[0]?.weight).toEqual(randomWeight(problem.rows * problem.structures * problem.size, problem.seed));
        let [before, sum] = [0, 0];
        for (const { removed, kept, weight, loss } of snapshots) {
          expect(removed + kept.length).toBe(problem.structures);
          expect(weight.length).toBe(problem.rows * kept.length * problem.size);
          expect([...kept]).toEqual([...kept].sort((a, b) => a - b));
          expect(kept.some((structure) => order.slice(0, removed).includes(structure))).toBe(false);
          sum = scores.slice(0, removed).reduce((total, score) => total + score, 0);
          expect(loss).toBeCloseTo(sum / 2, 10);
          expect(loss).toBeGreaterThanOrEqual(before);
          before = loss;
        }
      }),
      { numRuns: 60 },
    );
  });

  it('removes the structure of least error first', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const errors = Array.from({ length: problem.structures }, (_, gone) => {
          const kept = Int32Array.from({ length: problem.structures }, (__, structure) => structure).filter((structure) => structure !== gone);
          return kept.length === 0 ? Infinity : error(problem, kept, closedForm(problem, kept));
        });
        const { order, scores } = solve(problem);
        if (problem.structures > 1) expect((scores[0] ?? NaN) / 2).toBeCloseTo(Math.min(...errors), 8);
        if (problem.structures > 1) expect(errors[order[0] ?? -1]).toBeCloseTo(Math.min(...errors), 8);
      }),
      { numRuns: 30 },
    );
  });

  it.each([1, 2])('takes ties in order of index, dead inputs first (structures of %i)', (size) => {
    const columns = 6 * size;
    const raw = new Float64Array(columns * columns);
    // Uncorrelated inputs of equal power, and the last structure dead: all scores but the dead one's are equal.
    for (let column = 0; column < 5 * size; column++) raw[column * (columns + 1)] = 2;
    const hessian = prepareHessian(raw, { module: 'test', columns, damping: 0.01 });
    const weight = new Float32Array(3 * columns).fill(0.5);
    const { order, scores } = pruneStructures({ hessian, weight, structureSize: size, removals: [6] });
    expect(order).toEqual([5, 0, 1, 2, 3, 4]);
    expect(scores[0]).toBe(0);
  });

  it.each([1, 2])('keeps ties and columns in order where others take the places of what is gone (structures of %i)', (size) => {
    const [structures, rows] = [150 / size, 8];
    // Uncorrelated inputs of equal power, and columns of equal norm that differ in their signs: nothing has to be made up for.
    const raw = new Float64Array(150 * 150);
    for (let column = 0; column < 150; column++) raw[column * 151] = 2;
    const weight = Float32Array.from({ length: rows * 150 }, (_, at) => ((at % 150) & (1 << Math.floor(at / 150)) ? 0.5 : -0.5));
    const hessian = prepareHessian(raw, { module: 'test', columns: 150, damping: 0.01 });
    const { order, snapshots } = pruneStructures({ hessian, weight, structureSize: size, removals: [5, 41, 70, structures] });
    expect(order).toEqual(Array.from({ length: structures }, (_, structure) => structure));
    for (const { removed, weight: left } of snapshots) {
      expect([...left]).toEqual([...weight].filter((_, at) => at % 150 >= removed * size));
    }
  });

  it('does not change the weight it is given and keeps dead columns at level 0', () => {
    const weight = Float32Array.of(1, 2, 3, 4);
    const hessian = prepareHessian(Float64Array.of(0, 0, 0, 2), { module: 'test', columns: 2, damping: 0 });
    const { snapshots } = pruneStructures({ hessian, weight, structureSize: 1, removals: [0, 1, 2] });
    expect([...weight]).toEqual([1, 2, 3, 4]);
    expect(snapshots.map((snapshot) => [...snapshot.weight])).toEqual([[1, 2, 3, 4], [2, 4], []]);
  });

  it('refuses a Hessian that is not positive definite, NaN and sizes that do not fit', () => {
    const singular = prepareHessian(Float64Array.of(1, 1, 1, 1), { module: 'the MLP of layer 3', columns: 2, damping: 0 });
    const weight = new Float32Array(4);
    expect(() => pruneStructures({ hessian: singular, weight, structureSize: 1, removals: [2] })).toThrow(HessianNotPositiveDefiniteError);
    const fine = { hessian: damped(4, 1), structureSize: 2, removals: [2] };
    expect(() => pruneStructures({ ...fine, weight: new Float32Array(8).fill(NaN) })).toThrow(PruningNotFiniteError);
    expect(() => pruneStructures({ ...fine, weight: new Float32Array(7) })).toThrow(RangeError);
    expect(() => pruneStructures({ ...fine, weight: new Float32Array(8), removals: [3] })).toThrow(RangeError);
    expect(() => pruneStructures({ ...fine, weight: new Float32Array(8), removals: [1, 1] })).toThrow(RangeError);
    expect(() => pruneStructures({ ...fine, weight: new Float32Array(8), structureSize: 3 })).toThrow(RangeError);
    expect(() => pruneStructures({ ...fine, weight: new Float32Array(8), structureSize: [3, 2] })).toThrow(RangeError);
    expect(() => pruneStructures({ ...fine, weight: new Float32Array(8), structureSize: [4, 0] })).toThrow(RangeError);
  });
});
