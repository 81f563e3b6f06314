import { useEffect, useRef, useState } from 'react';
import { engineStore, useEngine, type EngineState } from '../../store/run-store.ts';
import { fitnessName } from '../format/fitness-name.ts';
import { change, kl, roughly } from '../format/format.ts';

const everyMilliseconds = 15_000;

const states: Readonly<Record<EngineState['status'], string>> = {
  idle: '',
  running: 'Running',
  pausing: 'Pausing',
  paused: 'Paused',
  stopping: 'Stopping',
  finished: 'Finished. What came out is under Results, where the model can be saved.',
  failed: '', // an alert says so
};

/** "down 0.009": a minus sign is easily not heard. */
function direction(step: number): string {
  const size = change(Math.abs(step)).replace('+', '');
  return Number(step.toFixed(3)) === 0 ? 'unchanged' : `${step < 0 ? 'down' : 'up'} ${size}`;
}

/** "Generation 47 of 120. KL 1.292, down 0.009. 25 min left." */
export function progressSentence({ run }: Pick<EngineState, 'run'>): string {
  const record = run.search?.history.at(-1);
  if (!run.search || !record) return '';
  const step = record.fitness - record.previousParentFitness;
  const difference = Number.isFinite(step) ? `, ${direction(step)}` : '';
  const left = run.estimate.runSeconds === null ? '' : ` ${roughly(run.estimate.runSeconds)} left.`;
  return `Generation ${record.generation} of ${run.search.generations}. ${fitnessName(run.config)} ${kl(record.fitness)}${difference}.${left}`;
}

/** One polite live region: changes of state at once, progress at most every 15 s, nothing while the tab is hidden. */
export function Announcer() {
  const status = useEngine((engine) => engine.status);
  const [said, setSaid] = useState('');
  const first = useRef(true);
  useEffect(() => {
    if (first.current) first.current = false;
    else setSaid(states[status]);
    if (status !== 'running') return undefined;
    const timer = setInterval(() => {
      const sentence = progressSentence(engineStore.getState());
      if (!document.hidden && sentence !== '') setSaid(sentence);
    }, everyMilliseconds);
    return () => clearInterval(timer);
  }, [status]);
  return (
    <p className="visually-hidden" role="status" aria-live="polite">
      {said}
    </p>
  );
}
