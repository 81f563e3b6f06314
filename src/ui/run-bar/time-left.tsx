import { median } from '../../base/median.ts';
import type { RunState } from '../../store/run-state.ts';
import { isOver, useEngine } from '../../store/run-store.ts';
import { useRun } from '../../store/use-run.ts';
import type { EngineStatus } from '../../worker/protocol.ts';
import { duration, roughly } from '../format/format.ts';
import { SavedWords } from '../resume/saved-words.tsx';
import { phaseNames } from './phase-names.ts';

const settling = 3;
const windowLength = 8;

/** Median seconds of the last generations, or null while there are too few. */
export function secondsPerGeneration(history: readonly { readonly at: number }[]): number | null {
  if (history.length < settling) return null;
  const ends = history.slice(-windowLength - 1).map((record) => record.at);
  const lengths = ends.slice(1).map((end, index) => end - (ends[index] ?? end));
  return median(lengths);
}

/** The bold part and the rest. */
export function headline(status: EngineStatus, { estimate, phase }: Pick<RunState, 'estimate' | 'phase'>): readonly [string, string] {
  if (status === 'finished') return ['Finished', ''];
  if (status === 'failed') return ['Failed', ''];
  const state = status === 'paused' || status === 'pausing' ? 'Paused' : '';
  if (estimate.runSeconds !== null) return state ? [state, `${roughly(estimate.runSeconds)} left`] : [`${roughly(estimate.runSeconds)} left`, ''];
  if (estimate.phaseSeconds !== null && phase !== null) {
    const text = `in ${phaseNames[phase].toLowerCase()}`;
    return state ? [state, `${roughly(estimate.phaseSeconds)} left ${text}`] : [`${roughly(estimate.phaseSeconds)} left`, text];
  }
  return [state || 'Measuring…', ''];
}

/** Time left, elapsed, and the pace. */
export function TimeLeft() {
  const status = useEngine((engine) => engine.status);
  const estimate = useRun((run) => run.estimate);
  const phase = useRun((run) => run.phase);
  const elapsed = useRun((run) => Math.round(run.at));
  const pace = useRun((run) => secondsPerGeneration(run.search?.history ?? []));
  const [bold, rest] = headline(status, { estimate, phase });
  const over = isOver(status);
  return (
    <p className="time-left figures">
      <span>
        <strong>{bold}</strong> {rest}
      </span>
      <span className="note tertiary">
        {duration(elapsed)} {over ? 'in all' : 'in'}
        {pace !== null && ` · ${duration(pace)} a generation`}
        {!over && <SavedWords />}
      </span>
    </p>
  );
}
