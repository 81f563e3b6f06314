import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunCurve } from '../../store/runs/stored-run.ts';
import { stepPath } from '../charts/step-path.ts';
import { compareCurve, compareDomain, endOf, labelHeights, placeAxis, valueAt } from './compare-curves.ts';

const curve: RunCurve = { start: 2, fitness: [1.5, 1.5, null, 1.25], forwardTokens: [10, 20, 30, 40], trainedTokens: [0, 0, 0, 0], at: [15, 20, 25, 30] };
const run = { curve, changes: [] };
const same = (value: number): number => value;

/** Where a path leads: each corner. */
function corners(path: string): [number, number][] {
  const points: [number, number][] = [];
  let [x, y] = [0, 0];
  for (const [, command, first, second] of path.matchAll(/([MHV])(-?[\d.]+)(?: (-?[\d.]+))?/g)) {
    if (command === 'V') y = Number(first);
    else x = Number(first);
    if (command === 'M') y = Number(second);
    points.push([x, y]);
  }
  return points;
}

describe('compareCurve', () => {
  it('stands at the start before the first generation, and lifts where there is no number', () => {
    expect(compareCurve(run, 'generation', false)).toEqual({ x: [0, 1, 2, 3, 4], y: [2, 1.5, 1.5, null, 1.25], generation: [0, 1, 2, 3, 4] });
    expect(compareCurve(run, 'tokens', false).x).toEqual([0, 10, 20, 30, 40]);
    expect(compareCurve(run, 'time', false).x).toEqual([0, 5, 10, 15, 20]);
  });

  it('lifts where the measure changed', () => {
    const stage = { survivors: 1, fitnessTokens: 64, trainingTokens: 0 };
    const changes = [{ generation: 2, before: { stages: [stage] }, after: { stages: [{ ...stage, fitnessTokens: 128 }] } }];
    expect(compareCurve({ curve, changes }, 'generation', false)).toMatchObject({ x: [0, 1, 2, 2, 3, 4], y: [2, 1.5, null, 1.5, null, 1.25] });
  });
});

describe('stepPath', () => {
  it('is a step at each change, and a gap where the line is lifted', () => {
    expect(stepPath(compareCurve(run, 'generation', false), same, same)).toBe('M0.0 2.0H1.0V1.5H3.0M4.0 1.3H4.0');
  });

  it('passes every value where it begins, however long the curve', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 2000 }), (fitness) => {
        const amounts = fitness.map((_, index) => index);
        const made = compareCurve({ curve: { start: 10, fitness, forwardTokens: amounts, trainedTokens: amounts, at: amounts }, changes: [] }, 'generation', false);
        const visited = new Set(corners(stepPath(made, same, same)).map(String));
        for (const [index, value] of fitness.entries()) {
          if (value !== (index === 0 ? 10 : fitness[index - 1])) expect(visited.has(`${index + 1},${value}`)).toBe(true);
        }
        expect(visited.has(`${fitness.length},${fitness.at(-1)}`)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});

it('tells the value in force at a place', () => {
  const made = compareCurve(run, 'tokens', false);
  expect(valueAt(made, 0)).toEqual({ value: 2, generation: 0 });
  expect(valueAt(made, 29)).toEqual({ value: 1.5, generation: 2 });
  expect(valueAt(made, 33)).toBeNull();
  expect(valueAt(made, 41)).toBeNull();
  expect(endOf(made)).toEqual({ x: 40, y: 1.25 });
});

it('pushes names apart where they stand side by side, and nowhere else', () => {
  const points = [{ x: 500, y: 100 }, { x: 300, y: 102 }, { x: 500, y: 104 }];
  expect(labelHeights(points, 14, 90, 400)).toEqual([100, 102, 114]);
  expect(labelHeights([{ x: 0, y: 399 }, { x: 10, y: 398 }], 14, 90, 400)).toEqual([400, 386]);
});

it('has room for all values and whole generations under them', () => {
  const made = compareCurve(run, 'generation', false);
  const { least, most } = compareDomain([made]);
  expect(least).toBeLessThan(1.25);
  expect(most).toBeGreaterThan(2);
  expect(placeAxis([made], 'generation', 800)).toEqual({ end: 4, ticks: [0, 1, 2, 3, 4] });
});
