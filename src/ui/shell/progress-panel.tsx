import type { Phase } from '../../run/run-events.ts';
import { useEngine } from '../../store/run-store.ts';
import { useRun } from '../../store/use-run.ts';
import { percent, roughly } from '../format/format.ts';
import { ProgressBar } from '../parts/progress-bar.tsx';
import { phaseNames } from '../run-bar/phase-names.ts';
import { inUnit } from '../run-bar/phase-track.tsx';

const texts: Readonly<Partial<Record<Phase, string>>> = {
  load: 'The model, its tokenizer and the texts are fetched or read from this device, and checked. They stay on this machine.',
  calibrate: 'The model reads calibration text. What enters each module is summed up, so that later each cut can be corrected for what it loses.',
};

/** Before there is anything to draw: what the engine is doing. */
export function ProgressPanel() {
  const phase = useRun((run) => run.phase) ?? 'load';
  const state = useRun((run) => run.phases[phase]);
  const left = useRun((run) => run.estimate.phaseSeconds);
  const paused = useEngine((engine) => engine.status === 'paused');
  const share = state.total > 0 ? Math.min(1, state.done / state.total) : 0;
  return (
    <section className="progress-panel" aria-labelledby="progress-title">
      <h2 id="progress-title">{phase === 'load' ? 'Loading' : phase === 'calibrate' ? 'Calibrating' : phaseNames[phase]}</h2>
      <p className="progress-text">{texts[phase]}</p>
      <ProgressBar label={phaseNames[phase]} share={share} />
      <p className="small secondary figures">
        {state.total > 0 ? `${inUnit(state.done, state.unit)} of ${inUnit(state.total, state.unit)}${state.unit === 'bytes' ? '' : ` ${state.unit}`}, ${percent(share, 0)}` : 'Starting…'}
        {paused ? ' · paused' : left !== null && ` · ${roughly(left)} left`}
      </p>
      {state.note !== null && <p className="note tertiary">{state.note}</p>}
    </section>
  );
}
