import { useState, type FocusEvent, type KeyboardEvent, type MouseEvent } from 'react';
import { clearHover, hoverNow, setHover } from '../../store/hover-store.ts';
import { keyOf } from '../shell/keys.ts';
import { followRow } from './grid-rows.ts';
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

/** `key`: of the page's table, or one that every grid has. */
function moved(key: string, place: GridPlace, rows: readonly string[], order: readonly number[]): GridPlace | null {
  const row = Math.max(0, rows.indexOf(place.row));
  const column = order.indexOf(place.module);
  const at = (nextRow: number, nextColumn: number): GridPlace => ({
    row: rows[Math.min(rows.length - 1, Math.max(0, nextRow))] ?? place.row,
    module: order[Math.min(order.length - 1, Math.max(0, nextColumn))] ?? place.module,
  });
  const moves: Readonly<Record<string, () => GridPlace>> = {
    'previous-candidate': () => at(row - 1, column),
    'next-candidate': () => at(row + 1, column),
    'previous-module': () => at(row, column - 1),
    'next-module': () => at(row, column + 1),
    Home: () => at(row, 0),
    End: () => at(row, order.length - 1),
    PageUp: () => at(0, column),
    PageDown: () => at(rows.length - 1, column),
  };
  return moves[key]?.() ?? null;
}

/** One tab stop for the whole grid; arrows move in it, what they stand on is marked everywhere, and Enter opens it. */
export function useGridKeys(columns: ModuleColumns, rows: readonly string[], open: ((id: string) => void) | null) {
  const [place, setPlace] = useState<GridPlace | null>(null);
  const go = (next: GridPlace): void => {
    setPlace(next);
    setHover({ candidate: next.row, module: next.module });
    if (place && place.row !== next.row) followRow(next.row);
  };
  // Where something already points, else at the beginning.
  const start = (): GridPlace => {
    const pointed = hoverNow();
    return { row: rows.find((id) => id === pointed.candidate) ?? rows[0] ?? '', module: pointed.module ?? visualOrder(columns)[0] ?? 0 };
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = keyOf(event) ?? event.key;
    if (key === 'close') {
      setPlace(null);
      clearHover();
      return;
    }
    const current = place ?? start();
    if (key === 'open' && open) {
      event.preventDefault();
      event.stopPropagation();
      open(current.row);
      return;
    }
    const next = moved(key, current, rows, visualOrder(columns));
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    go(next);
  };
  const onClick = (event: MouseEvent<HTMLElement>): void => {
    const row = event.target instanceof Element ? event.target.closest('[data-candidate]') : null;
    const id = row?.getAttribute('data-candidate');
    if (id) open?.(id);
  };
  const onFocus = (event: FocusEvent<HTMLElement>): void => {
    // A press with the pointer focuses too; its hover already says where it is.
    if (event.currentTarget.matches(':focus-visible')) go(place ?? start());
  };
  const onBlur = (): void => {
    setPlace(null);
    clearHover();
  };
  const shown = place && rows.includes(place.row) && place.module < columns.modules ? place : null;
  return { place: shown, handlers: { onClick, onKeyDown, onFocus, onBlur } };
}
