import type { MouseEvent } from 'react';
import { withParameters } from '../../store/address.ts';
import { useEngine } from '../../store/run-store.ts';
import { go, usePlace, views, type View } from '../../store/view-store.ts';

const names: Readonly<Record<View, string>> = { search: 'Search', results: 'Results', runs: 'Runs', guide: 'How it works' };

/** Real links, so that they open in a new tab too; a plain press stays on the page. */
export function ViewLinks() {
  const shown = usePlace((place) => place.view);
  const early = useEngine((engine) => engine.run.search !== null && engine.run.result === null);
  const open = (view: View) => (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    go({ view, candidate: null });
  };
  return (
    <nav className="views" aria-label="Views">
      {views.map((view) => (
        <a key={view} href={withParameters('', { view: view === 'search' ? null : view }) || './'} aria-current={view === shown ? 'page' : undefined} onClick={open(view)}>
          {view === 'results' && early ? 'Results so far' : names[view]}
        </a>
      ))}
    </nav>
  );
}
