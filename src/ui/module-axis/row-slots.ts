import type { PlacedRow } from './row-layout.ts';

/** The number of a candidate in its generation. */
export const slotOf = ({ candidate: { id } }: Pick<PlacedRow, 'candidate'>): number => Number(id.slice(id.indexOf('.') + 1));

/** React keeps a row for each number: one that moves is moved and not made anew, and so is that of the next generation. */
export const inSlotOrder = (rows: readonly PlacedRow[]): readonly PlacedRow[] => rows.toSorted((a, b) => slotOf(a) - slotOf(b));
