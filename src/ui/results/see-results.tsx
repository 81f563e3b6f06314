import { withParameters } from '../../store/address.ts';
import { useRun } from '../../store/use-run.ts';
import { go } from '../../store/view-store.ts';
import { onPlainPress } from '../header/view-links.tsx';
import '../parts/button.css';
import './see-results.css';

/** The way from a search that is over to what came of it. */
export function SeeResults() {
  const over = useRun((run) => run.result !== null);
  const stopped = useRun((run) => run.result?.stopped === true);
  if (!over) return null;
  return (
    <section id="see-results" className="see-results" aria-label="The run is over">
      <p className="small secondary">{stopped ? 'The search was stopped; its best was measured.' : 'The run is over.'}</p>
      <a className="button button-primary" href={withParameters('', { view: 'results' })} onClick={onPlainPress(() => go({ view: 'results', candidate: null }))}>
        See results
      </a>
    </section>
  );
}
