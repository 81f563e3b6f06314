import { describe, expect, it } from 'vitest';
import type { PlacedRow } from './row-layout.ts';
import { isMoving, moveRows, spotAt, type RowMotion } from './row-motion.ts';

const row = (id: string, top: number, fade: PlacedRow['fade'] = 1): PlacedRow => ({
  candidate: { id, genome: [], changed: [], fitness: [], losses: [], status: fade === 1 ? 'measured' : 'eliminated', stage: 0, progress: 1 },
  top, fade, index: 0,
});
const spot = (motion: RowMotion, slot: number, now: number) => {
  const move = motion.moves.get(slot);
  return move && spotAt(move, now);
};

describe('rows on their way', () => {
  const first = moveRows(null, [row('3.01', 0), row('3.02', 18)], 3, 0, false);

  it('are there at once at first, in another generation, and where nothing may move', () => {
    expect([spot(first, 1, 0), isMoving(first, 0)]).toEqual([{ top: 0, fade: 1 }, false]);
    expect(spot(moveRows(first, [row('4.01', 90)], 4, 0, false), 1, 0)).toEqual({ top: 90, fade: 1 });
    expect(spot(moveRows(first, [row('3.01', 90)], 3, 0, true), 1, 0)).toEqual({ top: 90, fade: 1 });
  });

  it('fade and then move when they are out, and end exactly in their places', () => {
    const motion = moveRows(first, [row('3.01', 60, 0.5), row('3.02', 0)], 3, 1000, false);
    expect(spot(motion, 1, 1000)).toEqual({ top: 0, fade: 1 });
    expect(spot(motion, 1, 1240)).toEqual({ top: 0, fade: 0.5 });
    expect(spot(motion, 2, 1180)).toEqual({ top: 0, fade: 1 });
    expect(isMoving(motion, 1400)).toBe(true);
    expect([spot(motion, 1, 1420), isMoving(motion, 1420)]).toEqual([{ top: 60, fade: 0.5 }, false]);
  });

  it('turn from where they are, and are not held up by what changes nothing', () => {
    const motion = moveRows(first, [row('3.02', 0)], 3, 1000, false);
    expect(spot(moveRows(motion, [row('3.02', 0)], 3, 1090, false), 2, 1180)).toEqual({ top: 0, fade: 1 });
    const halfway = spot(motion, 2, 1090)?.top;
    expect(halfway).toBeGreaterThan(0);
    expect(spot(moveRows(motion, [row('3.02', 40)], 3, 1090, false), 2, 1090)?.top).toBe(halfway);
  });
});
