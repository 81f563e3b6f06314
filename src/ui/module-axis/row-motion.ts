import type { PlacedRow } from './row-layout.ts';
import { slotOf } from './row-slots.ts';

/** Milliseconds: a row that is out fades first and then moves to its group; the others move at once. As the rows' text does in CSS. */
const fading = 240;
const moving = 180;

interface Spot {
  readonly top: number;
  readonly fade: number;
}

interface Move {
  readonly row: PlacedRow;
  readonly from: Spot;
  readonly began: number;
}

/** Rows on their way to where they belong, by their numbers. */
export interface RowMotion {
  readonly generation: number;
  readonly moves: ReadonlyMap<number, Move>;
}

/** Ease-out. */
const eased = (share: number): number => 1 - (1 - Math.min(1, Math.max(0, share))) ** 2;

const delayOf = ({ candidate }: PlacedRow): number => (candidate.status === 'eliminated' ? fading : 0);

const between = (from: number, to: number, share: number): number => from + (to - from) * share;

/** Where a row is drawn, and how strong. */
export function spotAt({ row, from, began }: Move, now: number): Spot {
  return {
    top: between(from.top, row.top, eased((now - began - delayOf(row)) / moving)),
    fade: between(from.fade, row.fade, eased((now - began) / fading)),
  };
}

export const isMoving = ({ moves }: RowMotion, now: number): boolean =>
  [...moves.values()].some(({ row, from, began }) => (from.top !== row.top || from.fade !== row.fade) && now < began + fading + moving);

/** Rows head for new places from where they are; those of another generation, and all where motion is not wanted, are there at once. */
export function moveRows(before: RowMotion | null, rows: readonly PlacedRow[], generation: number, now: number, still: boolean): RowMotion {
  const moves = rows.map((row): readonly [number, Move] => {
    const last = still || before?.generation !== generation ? undefined : before.moves.get(slotOf(row));
    if (!last) return [slotOf(row), { row, from: row, began: now }];
    const same = last.row.top === row.top && last.row.fade === row.fade;
    return [slotOf(row), same ? { ...last, row } : { row, from: spotAt(last, now), began: now }];
  });
  return { generation, moves: new Map(moves) };
}
