import type { MouseEvent } from 'react';
import { withParameters } from '../../store/address.ts';
import { useRuns } from '../../store/runs/runs-store.ts';
import { useEngine } from '../../store/run-store.ts';
import { go, usePlace, views, type View } from '../../store/view-store.ts';
import { count } from '../format/format.ts';

const names: Readonly<Record<View, string>> = { search: 'Search', results: 'Results', profile: 'Profile', runs: 'Runs', guide: 'How it works' };

/** A plain press stays on the page; one with Ctrl, ⌘ or Shift opens a tab or window, as for any link. */
export const onPlainPress = (act: () => void) => (event: MouseEvent) => {
  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  act();
};

/** The pages of the site, as real links. */
export function ViewLinks() {
  const shown = usePlace((place) => place.view);
  const early = useEngine((engine) => engine.run.search !== null && engine.run.result === null);
  const stored = useRuns((runs) => runs.runs?.length ?? 0);
  return (
    <nav className="views" aria-label="Views">
      {views.map((view) => (
        <a
          key={view}
          href={withParameters('', { view: view === 'search' ? null : view }) || './'}
          aria-current={view === shown ? 'page' : undefined}
          onClick={onPlainPress(() => go({ view, candidate: null }))}
        >
          {view === 'results' && early ? 'Results so far' : names[view]}
          {view === 'runs' && stored > 0 && <span className="views-count figures"> {count(stored)}</span>}
        </a>
      ))}
    </nav>
  );
}
