import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { figure } from './figures.ts';

describe('figure', () => {
  it.each([
    [6_557_952, '6,557,952'],
    [0, '0'],
    [-0, '0'],
    [56.5, '56.5'],
    [17.943_249_9, '17.9432'],
    [0.613_701_23, '0.613701'],
    [999.999_96, '1,000'],
    [1.234_567_89e-7, '1.23457e-7'],
    [1_234_567.891, '1,234,570'],
    [2.5e30, '2.5e+30'],
    [Number.NaN, 'not a number'],
    [Number.POSITIVE_INFINITY, 'infinite'],
    [Number.NEGATIVE_INFINITY, 'minus infinite'],
  ])('%d is %s', (value, text) => {
    expect(figure(value)).toBe(text);
  });

  it('reads back within half a unit of the sixth digit, and whole numbers exactly', () => {
    fc.assert(
      fc.property(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.maxSafeInteger()), (value) => {
        const read = Number(figure(value).replaceAll(',', ''));
        if (Number.isSafeInteger(value)) expect(read).toBe(value + 0);
        else expect(Math.abs(read - value)).toBeLessThanOrEqual(5.000_001e-6 * Math.abs(value) + Number.MIN_VALUE);
      }),
    );
  });
});
