import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amountEnd, generationEnd, linearTicks, pushApart, valueDomain, valueTicks } from './fitness-domain.ts';

const row = (x: number, parent: number) => ({ x, generation: x, parent, best: [] });

describe('fitness axes', () => {
  it('has round ticks of the design', () => {
    expect(valueTicks({ least: 1.1, most: 2.8 }, 'log', 204)).toEqual([1.25, 1.5, 2, 2.5]);
    expect(linearTicks(1.1, 2.8, 5)).toEqual([1.5, 2, 2.5]);
    expect(valueTicks({ least: 0.33, most: 0.68 }, 'log', 204)).toEqual([0.4, 0.5, 0.6]);
  });

  it('keeps ticks inside and apart', () => {
    const ends = fc.tuple(fc.double({ min: 1e-4, max: 100, noNaN: true }), fc.double({ min: 1.05, max: 1000, noNaN: true }));
    fc.assert(
      fc.property(ends, fc.integer({ min: 80, max: 400 }), ([least, factor], height) => {
        const most = least * factor;
        const ticks = valueTicks({ least, most }, 'log', height);
        const at = (value: number): number => (Math.log(value / least) / Math.log(factor)) * height;
        for (const [index, tick] of ticks.entries()) {
          expect(tick).toBeGreaterThanOrEqual(least);
          expect(tick).toBeLessThanOrEqual(most);
          if (index > 0) expect(at(tick) - at(ticks[index - 1] ?? 0)).toBeGreaterThanOrEqual(16.99);
        }
      }),
    );
  });

  it('doubles the generation axis up to the end of the run', () => {
    expect([0, 16, 17, 47].map((now) => generationEnd(now, 120))).toEqual([16, 16, 32, 64]);
    expect(generationEnd(18, 20)).toBe(20);
    expect(amountEnd(1000, 10, 20)).toBe(1600);
  });

  it('is not flattened by one broken candidate', () => {
    const cloud = Array.from({ length: 100 }, (_, index) => [index, index === 50 ? 500 : 2]).flat();
    const { most } = valueDomain({ rows: [row(0, 1)], cloud, uniform: 1.5, random: [] }, { from: 0, to: 100 });
    expect(most).toBeLessThan(3);
  });

  it('fits the part that is zoomed into, with the step that it begins in', () => {
    const rows = [row(0, 4), row(10, 3), row(20, 2), row(30, 1)];
    const domain = valueDomain({ rows, cloud: [5, 9, 25, 3.5], uniform: null, random: [row(25, 3.6)] }, { from: 15, to: 25 });
    expect(domain.least).toBeCloseTo(1.8);
    expect(domain.most).toBeCloseTo(3.6 * 1.03);
  });

  it('looks at few of very many offspring, and sees them all the same', () => {
    const cloud = Array.from({ length: 128_000 }, (_, index) => (index % 2 === 0 ? index : 1 + (index % 1000) / 1000));
    expect(valueDomain({ rows: [row(0, 1)], cloud, uniform: 1, random: [] }, { from: 0, to: 128_000 }).most).toBeCloseTo(1.98 * 1.03, 1);
  });

  it('pushes labels apart and keeps their order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 8 }), (heights) => {
        const placed = pushApart(heights, 14, 220);
        const pairs = heights.map((height, index) => [height, placed[index] ?? 0] as const).toSorted((a, b) => a[1] - b[1]);
        for (let index = 1; index < pairs.length; index++) {
          expect((pairs[index]?.[1] ?? 0) - (pairs[index - 1]?.[1] ?? 0)).toBeGreaterThanOrEqual(14);
          expect(pairs[index]?.[0]).toBeGreaterThanOrEqual(pairs[index - 1]?.[0] ?? 0);
        }
        expect(Math.max(...placed)).toBeLessThanOrEqual(220);
      }),
    );
  });
});
