import { useHover } from '../../store/hover-store.ts';
import type { PlacedRow } from './row-layout.ts';

interface Props {
  readonly rows: readonly PlacedRow[];
  readonly height: number;
  /** Whose detail is open. */
  readonly opened: string | null;
}

/** Marks the rows that are open or hovered, under their cells. */
export function RowHighlights({ rows, height, opened }: Props) {
  const hovered = useHover((hover) => hover.candidate);
  return rows
    .filter(({ candidate: { id } }) => id === opened || id === hovered)
    .map(({ candidate: { id }, top }) => <div key={id} className={`axis-highlight ${id === opened ? 'axis-row-open' : 'axis-row-hovered'}`} style={{ height, transform: `translateY(${top}px)` }} aria-hidden />);
}
