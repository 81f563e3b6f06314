import { create } from 'zustand';
import { setDisplay } from '../../store/display-store.ts';
import { generationOf } from '../../store/find-candidate.ts';
import { setHover } from '../../store/hover-store.ts';
import { go, leaf, placeNow } from '../../store/view-store.ts';

/** Ids of the rows in view from top to bottom, the parent's first; the generation that they belong to, and the one that is live. */
interface GridRows {
  readonly ids: readonly string[];
  readonly generation: number;
  readonly live: number;
}

/** Id of the heading that has the focus while a candidate is read. */
export const candidateTitle = 'candidate-title';

const store = create<GridRows>(() => ({ ids: [], generation: 0, live: 0 }));

/** Told by the population whenever its order changes. */
export const tellRows = (rows: GridRows): void => store.setState(rows);

/** Opens a candidate's detail; one of another generation brings that generation into view. */
export function openCandidate(id: string): void {
  const { ids, live } = store.getState();
  const generation = generationOf(id);
  if (!ids.includes(id) && generation > 0) setDisplay({ viewing: generation === live ? null : generation });
  go({ candidate: id });
  document.getElementById(candidateTitle)?.focus(); // where one is open already; else it takes the focus when it is drawn
}

/** The row that is `by` rows from another, held at the ends; the first where the other is not in view. */
export function rowBeside(ids: readonly string[], id: string, by: 1 | -1): string | null {
  const at = ids.indexOf(id);
  return (at < 0 ? ids[0] : ids[Math.min(ids.length - 1, Math.max(0, at + by))]) ?? null;
}

/** Leafs from the open candidate to that of the next row. */
export function leafCandidate(by: 1 | -1): void {
  const { candidate } = placeNow();
  const next = candidate === null ? null : rowBeside(store.getState().ids, candidate, by);
  if (next !== null) leaf({ candidate: next });
}

/** Where a detail is open, it follows the keyboard from row to row. */
export function followRow(id: string): void {
  if (placeNow().candidate !== null) leaf({ candidate: id });
}

/** Closes the detail; the focus goes back to the row. */
export function closeCandidate(): void {
  const { candidate } = placeNow();
  go({ candidate: null });
  setHover({ candidate, module: null });
  document.getElementById('population')?.focus();
}
