import { useState, type FocusEvent, type KeyboardEvent } from 'react';
import { clearHover, setHover } from '../../store/hover-store.ts';
import type { ModuleColumns } from './module-columns.ts';

/** Where the keyboard stands: a row's id and a module. */
export interface GridPlace {
  readonly row: string;
  readonly module: number;
}

/** Modules from left to right, and in strands from the upper to the lower. */
function visualOrder(columns: ModuleColumns): readonly number[] {
  return Array.from({ length: columns.modules }, (_, module) => module).sort((a, b) => columns.left(a) - columns.left(b) || a - b);
}

function moved(key: string, place: GridPlace, rows: readonly string[], order: readonly number[]): GridPlace | null {
  const row = Math.max(0, rows.indexOf(place.row));
  const column = order.indexOf(place.module);
  const at = (nextRow: number, nextColumn: number): GridPlace => ({
    row: rows[Math.min(rows.length - 1, Math.max(0, nextRow))] ?? place.row,
    module: order[Math.min(order.length - 1, Math.max(0, nextColumn))] ?? place.module,
  });
  const moves: Readonly<Record<string, () => GridPlace>> = {
    ArrowUp: () => at(row - 1, column),
    k: () => at(row - 1, column),
    ArrowDown: () => at(row + 1, column),
    j: () => at(row + 1, column),
    ArrowLeft: () => at(row, column - 1),
    ArrowRight: () => at(row, column + 1),
    Home: () => at(row, 0),
    End: () => at(row, order.length - 1),
    PageUp: () => at(0, column),
    PageDown: () => at(rows.length - 1, column),
  };
  return moves[key]?.() ?? null;
}

/** One tab stop for the whole grid; arrows move in it, and what they stand on is marked everywhere. */
export function useGridKeys(columns: ModuleColumns, rows: readonly string[]) {
  const [place, setPlace] = useState<GridPlace | null>(null);
  const go = (next: GridPlace): void => {
    setPlace(next);
    setHover({ candidate: next.row, module: next.module });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') {
      setPlace(null);
      clearHover();
      return;
    }
    const current = place ?? { row: rows[0] ?? '', module: visualOrder(columns)[0] ?? 0 };
    const next = moved(event.key, current, rows, visualOrder(columns));
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    go(next);
  };
  const onFocus = (event: FocusEvent<HTMLElement>): void => {
    // A press with the pointer focuses too; its hover already says where it is.
    if (event.currentTarget.matches(':focus-visible')) go(place ?? { row: rows[0] ?? '', module: visualOrder(columns)[0] ?? 0 });
  };
  const onBlur = (): void => {
    setPlace(null);
    clearHover();
  };
  const shown = place && rows.includes(place.row) && place.module < columns.modules ? place : null;
  return { place: shown, handlers: { onKeyDown, onFocus, onBlur } };
}
