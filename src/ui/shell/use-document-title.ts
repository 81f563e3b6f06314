import { useEffect } from 'react';
import { useEngine, type EngineState } from '../../store/run-store.ts';
import { fitnessName } from '../format/fitness-name.ts';
import { kl } from '../format/format.ts';
import { phaseNames } from '../run-bar/phase-names.ts';

const name = 'DarwinLM Web';

/** `47/120 · KL 1.292 · DarwinLM`. */
export function titleOf({ run, status }: Pick<EngineState, 'run' | 'status'>): string {
  if (status === 'idle') return name;
  if (status === 'finished') return `Finished · ${name}`;
  if (status === 'failed') return `Failed · ${name}`;
  const state = status === 'paused' ? 'Paused · ' : '';
  if (run.phase === 'search' && run.search && run.search.generation > 0) {
    const fitness = run.search.parentFitness === null ? '' : ` · ${fitnessName(run.config)} ${kl(run.search.parentFitness)}`;
    return `${state}${run.search.generation}/${run.search.generations}${fitness} · DarwinLM`;
  }
  return `${state}${run.phase === null ? 'Starting' : phaseNames[run.phase]} · ${name}`;
}

/** The tab's title tells the state of the run. */
export function useDocumentTitle(): void {
  const title = useEngine(titleOf);
  useEffect(() => {
    document.title = title;
  }, [title]);
}
