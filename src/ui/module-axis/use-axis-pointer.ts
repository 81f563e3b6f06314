import { useMemo, type PointerEvent } from 'react';
import { clearHover, setHover } from '../../store/hover-store.ts';
import type { ModuleColumns } from './module-columns.ts';

/** Which strand of a row lies under the pointer. */
function laneOf(row: Element | null, clientY: number): 0 | 1 {
  if (!row) return 0;
  const { top, height } = row.getBoundingClientRect();
  return clientY - top > height / 2 ? 1 : 0;
}

/** Marks the module and the candidate under the pointer, anywhere on the stack. The history sets its own generation. */
export function useAxisPointer(columns: ModuleColumns) {
  return useMemo(
    () => ({
      onPointerMove: (event: PointerEvent<HTMLElement>): void => {
        const row = event.target instanceof Element ? event.target.closest('[data-candidate], .profile') : null;
        const candidate = row?.getAttribute('data-candidate') ?? null;
        const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
        setHover({ module: columns.moduleAt(x, laneOf(row, event.clientY)), candidate });
      },
      onPointerLeave: clearHover,
    }),
    [columns],
  );
}
