import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { constantRate, warmupCosineRate } from './learning-rate.ts';

describe('learning rates', () => {
  it('constant is constant', () => {
    expect([1, 50, 100].map((done) => constantRate(1e-4)(done, 100))).toEqual([1e-4, 1e-4, 1e-4]);
  });

  it('warms up linearly, peaks and falls to the floor', () => {
    const rate = warmupCosineRate(1, 0.1, 0.1);
    expect(rate(5, 100)).toBeCloseTo(0.5);
    expect(rate(10, 100)).toBeCloseTo(1);
    expect(rate(55, 100)).toBeCloseTo(0.55);
    expect(rate(100, 100)).toBeCloseTo(0.1);
  });

  it('never leaves [0, rate] and never rises after the warm-up', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 2, max: 1000 }), (done, total) => {
        const rate = warmupCosineRate(3e-4);
        const here = rate(done, total);
        expect(here).toBeGreaterThanOrEqual(0);
        expect(here).toBeLessThanOrEqual(3e-4);
        if (done / total >= 0.05) expect(rate(done + 1, total)).toBeLessThanOrEqual(here + 1e-12);
      }),
    );
  });
});
