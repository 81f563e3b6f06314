import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LogSumExp } from './log-sum-exp.ts';

/** max and greatest softmax of some values, in float64. */
function partOf(values: readonly number[]): { max: number[]; greatest: number[] } {
  const max = Math.max(...values);
  return { max: [max], greatest: [1 / values.reduce((sum, value) => sum + Math.exp(value - max), 0)] };
}

const logits = fc.array(fc.double({ min: -200, max: 200, noNaN: true }), { minLength: 1, maxLength: 6 });

it('gives the log sum exp of all parts together, in any order, also where a single exponential would overflow', () => {
  fc.assert(
    fc.property(fc.array(logits, { minLength: 1, maxLength: 5 }), fc.constantFrom(0, 1e4, -1e4), (parts, shift) => {
      const shifted = parts.map((part) => part.map((value) => value + shift));
      const sum = new LogSumExp(1);
      for (const part of shifted) sum.add(partOf(part));
      const all = shifted.flat();
      const max = Math.max(...all);
      const direct = max + Math.log(all.reduce((total, value) => total + Math.exp(value - max), 0));
      expect(sum.max[0]).toBe(max);
      expect(Math.abs((sum.values()[0] ?? Number.NaN) - direct)).toBeLessThan(1e-10 * Math.max(1, Math.abs(direct)));
    }),
  );
});

it('keeps rows apart and does not hide what is not a number', () => {
  const sum = new LogSumExp(2);
  sum.add({ max: [1, Number.NaN], greatest: [1, 1] });
  sum.add({ max: [1, 0], greatest: [0.5, 1] });
  const [first = 0, second = 0] = sum.values();
  expect(first).toBeCloseTo(1 + Math.log(3), 12);
  expect(second).toBeNaN();
});
