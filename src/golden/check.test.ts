import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Check } from './check.ts';

describe('Check', () => {
  it('fails when nothing was compared', () => {
    expect(new Check('logits', 'max_abs', 1).row).toMatchObject({ compared: 0, passed: false });
    expect(Check.exact('names').row).toMatchObject({ compared: 0, passed: false });
  });

  it('keeps the worst place by its own tolerance', () => {
    const check = new Check('KL', 'abs or rel', 1e-5);
    check.add('near', 5e-6);
    check.add('nearest to failing', 9e-4, 1e-3);
    check.add('far below', 0);
    expect(check.row).toEqual({
      check: 'KL',
      measure: 'abs or rel',
      compared: 3,
      error: 9e-4,
      tolerance: 1e-3,
      worst: 'nearest to failing',
      passed: true,
    });
  });

  it('passes if and only if every error is within the tolerance', () => {
    const error = fc.oneof(fc.double({ min: 0, max: 2, noNaN: true }), fc.constantFrom(Number.NaN, Infinity, 0, 1));
    fc.assert(
      fc.property(fc.array(error, { minLength: 1 }), fc.constantFrom(0, 1), (errors, tolerance) => {
        const check = new Check('any', 'max_abs', tolerance);
        errors.forEach((value, index) => check.add(`place ${index}`, value));
        expect(check.row.passed).toBe(errors.every((value) => value <= tolerance));
        expect(check.row.compared).toBe(errors.length);
      }),
    );
  });
});
