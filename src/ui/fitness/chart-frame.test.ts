import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chartFrame, nearestGeneration } from './chart-frame.ts';
import type { FitnessSeries } from './fitness-series.ts';

const seriesOf = (fitness: readonly number[]): FitnessSeries => {
  const ends = fitness.map((parent, generation) => ({ x: generation, generation, parent, best: [] }));
  return { rows: ends, cloud: [], uniform: fitness[0] ?? null, ends, random: [] };
};
const request = { series: seriesOf([4, 3, 2, 1]), kind: 'generation', scale: 'log', width: 424, height: 250, generations: 32, zoom: null } as const;

describe('the frame of the fitness chart', () => {
  it('has room that doubles, and all of it where nothing is zoomed', () => {
    const { span, whole, placeTicks, x, right } = chartFrame(request);
    expect([span, whole, placeTicks]).toEqual([{ from: 0, to: 16 }, { from: 0, to: 16 }, [0, 4, 8, 12, 16]]);
    expect(x(16)).toBe(right);
  });

  it('shows a part with whole generations under it, its values at full height', () => {
    const { span, placeTicks, x, y, left, top, bottom } = chartFrame({ ...request, zoom: { from: 1.5, to: 3 } });
    expect(span).toEqual({ from: 1.5, to: 3 });
    expect(placeTicks.every(Number.isInteger)).toBe(true);
    expect(x(1.5)).toBe(left);
    expect(y(1)).toBeLessThan(bottom);
    expect(y(1) - y(4)).toBeGreaterThan((bottom - top) * 0.8);
  });

  it('finds back what it placed, in both spacings', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 16, noNaN: true }), fc.constantFrom('log' as const, 'linear' as const), (place, scale) => {
        const frame = chartFrame({ ...request, scale });
        expect(frame.placeAt(frame.x(place))).toBeCloseTo(place);
        expect(frame.y(0.0001)).toBe(frame.bottom);
        expect(frame.y(1000)).toBeCloseTo(frame.top);
      }),
    );
  });

  it('names the nearest generation', () => {
    const { ends } = seriesOf([4, 3, 2, 1]);
    expect([-5, 0, 1.4, 1.6, 2.4, 99].map((place) => nearestGeneration(ends, place))).toEqual([1, 1, 1, 2, 2, 3]);
    expect(nearestGeneration(seriesOf([4]).ends, 2)).toBeNull();
  });
});
