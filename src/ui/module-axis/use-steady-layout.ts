import { useState } from 'react';
import type { RowLayout } from './row-layout.ts';

/** The places of `before` with the candidates of `now`; null where they are not the same ones. */
export function inPlace(before: RowLayout, now: RowLayout): RowLayout | null {
  const fresh = new Map(now.rows.map((row) => [row.candidate.id, row]));
  const rows = before.rows.flatMap((row) => {
    const same = fresh.get(row.candidate.id);
    return same ? [{ ...row, candidate: same.candidate, fade: same.fade }] : [];
  });
  return rows.length === now.rows.length ? { ...before, rows } : null;
}

/** The layout, held in its order while `held` (a row lies under the pointer, or the order was chosen) and `key` stays the same. */
export function useSteadyLayout(now: RowLayout, key: string, held: boolean): RowLayout {
  const [last, setLast] = useState({ key, source: now, layout: now });
  const stale = last.source !== now || last.key !== key || (!held && last.layout !== now);
  if (!stale) return last.layout;
  const layout = held && last.key === key ? (inPlace(last.layout, now) ?? now) : now;
  setLast({ key, source: now, layout });
  return layout;
}
