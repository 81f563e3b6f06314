import { describe, expect, it } from 'vitest';
import { paceCsv, paceCurves, paceOf, typicalTraffic } from './pace.ts';
import { pointAfter } from './profile.fixture.ts';

const base = pointAfter(0);
const course = [1, 2, 3].map((generation) => pointAfter(generation, [16, 8, 10]));

describe('the pace of generations', () => {
  it('is what each added, over the time it took', () => {
    const paces = paceOf(base, course, 1e9);
    expect(paces.map(({ generation, seconds }) => [generation, seconds])).toEqual([[1, 16], [2, 8], [3, 10]]);
    expect(paces[0]).toMatchObject({ forwardRate: 500, trainedRate: 125, flops: 5e9 / 16, ofPeak: 5 / 16, hostShare: 1 / 16, uploads: 20, uploadedBytes: 1e6, readbacks: 4, readBytes: 64 });
    expect(paces[1]?.ofPeak).toBe(0.625);
  });

  it('of the first is unknown where nothing was told before it', () => {
    expect(paceOf(null, course, null).map(({ generation, ofPeak }) => [generation, ofPeak])).toEqual([[2, null], [3, null]]);
    expect(paceOf(base, [], 1e9)).toEqual([]);
    expect(paceOf(base, [{ ...base, generation: 1 }], 1e9)[0]).toMatchObject({ seconds: 0, flops: null, hostShare: null });
  });

  it('a generation that was not told of leaves a gap: two do not count as one', () => {
    expect(paceOf(base, [pointAfter(1), pointAfter(3)], 1e9).map(({ generation }) => generation)).toEqual([1]);
  });

  it('moves as much as in the middle of all generations', () => {
    expect(typicalTraffic(paceOf(base, course, 1e9))).toEqual({ uploads: 20, uploadedBytes: 1e6, readbacks: 4, readBytes: 64 });
    expect(typicalTraffic([])).toBeNull();
  });

  it('is drawn as lines of what there is, over an axis from 0', () => {
    const paces = paceOf(base, course, 1e9);
    const rates = paceCurves(paces, 'rate');
    expect(rates.curves.map(({ name, points }) => [name, points])).toEqual([
      ['forward', [{ x: 1, y: 500 }, { x: 2, y: 1000 }, { x: 3, y: 800 }]],
      ['trained', [{ x: 1, y: 125 }, { x: 2, y: 250 }, { x: 3, y: 200 }]],
    ]);
    expect(rates.domain).toEqual({ least: 0, most: 1050 });
    expect(paceCurves(paces.map((pace) => ({ ...pace, trainedRate: null })), 'rate').curves).toHaveLength(1);
    expect(paceCurves(paces, 'peak').curves[0]?.points.map(({ y }) => y)).toEqual([0.3125, 0.625, 0.5]);
    expect(paceCurves(paceOf(base, course, null), 'peak').curves).toEqual([]);
  });

  it('goes out as plain numbers', () => {
    const [head, first] = paceCsv(paceOf(base, course, 1e9)).split('\n');
    expect(head?.split(',')).toHaveLength(first?.split(',').length ?? 0);
    expect(first).toBe('1,16,8000,500,2000,125,5000000000,312500000,0.3125,1,20,1000000,4,64,100');
  });
});
