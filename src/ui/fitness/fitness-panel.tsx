import type { RunState, SearchState } from '../../store/run-state.ts';
import { useKnownRun, useRun } from '../../store/use-run.ts';
import * as format from '../format/format.ts';
import { Term } from '../glossary/term.tsx';
import { fitnessName, type Fitness } from '../module-axis/words.ts';
import { Panel } from '../parts/panel.tsx';
import { useMedia } from '../parts/use-media.ts';
import { FitnessCurve } from './fitness-curve.tsx';
import './fitness-panel.css';

const heights = { phone: 236, usual: 250, wide: 380 } as const;

/** Before the first generation is done there is no curve, only the wait for it. */
function Waiting() {
  const seconds = useRun((run) => (run.phase === 'database' ? run.estimate.phaseSeconds : null));
  return (
    <p className="small secondary fitness-waiting">
      The curve starts with the first generation{seconds === null ? '' : `, in about ${format.roughly(seconds)}`}.
    </p>
  );
}

const searchOf = (run: RunState): SearchState | null => run.search;

/** The fitness of parent, offspring and controls, over generations, tokens or time. */
export function FitnessPanel() {
  const search = useKnownRun(searchOf);
  const fitness = useRun((run): Fitness => run.config?.search.fitness ?? 'kl');
  const wide = useMedia('(min-width: 1760px)');
  const phone = useMedia('(max-width: 599px)');
  const note = (
    <>
      <Term of={fitness}>{fitnessName(fitness)}</Term>
      {fitness === 'kl' && ' to the dense model'}, lower is better
    </>
  );
  return (
    <Panel title="Fitness" note={note} id="fitness" className="fitness">
      {search && search.history.length > 0 ? (
        <FitnessCurve {...{ search, fitness }} axes height={wide ? heights.wide : phone ? heights.phone : heights.usual} />
      ) : (
        <Waiting />
      )}
    </Panel>
  );
}
