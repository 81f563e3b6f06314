import { phases, type Phase } from '../../run/run-events.ts';
import type { PhaseState } from '../../store/run-state.ts';
import { useRun } from '../../store/use-run.ts';
import { bytes, count, duration, tokens } from '../format/format.ts';
import { Facts } from '../parts/facts.tsx';
import { InfoPopover } from '../parts/info-popover.tsx';
import { phaseNames } from './phase-names.ts';

/** A quantity in the unit that the engine counts in. */
export function inUnit(value: number, unit: string): string {
  if (unit === 'bytes') return bytes(value);
  return unit === 'tokens' ? tokens(value) : count(value);
}

/** The phases in order, the present one widest. */
export function PhaseTrack() {
  return (
    <ol className="phase-track">
      {phases.map((phase) => (
        <PhaseItem key={phase} phase={phase} />
      ))}
    </ol>
  );
}

function PhaseItem({ phase }: { readonly phase: Phase }) {
  const state = useRun((run) => run.phases[phase]);
  const share = state.status === 'done' ? 1 : state.total > 0 ? Math.min(1, state.done / state.total) : 0;
  const label = (
    <span className="phase-label">
      {phaseNames[phase]} <span className="phase-count figures">{beside(state)}</span>
    </span>
  );
  return (
    <li className={`phase phase-${state.status}`} aria-current={state.status === 'current' ? 'step' : undefined}>
      {state.status === 'done' ? <PhaseSummary phase={phase} state={state} label={label} /> : label}
      <span className="phase-bar" aria-hidden>
        <span style={{ width: `${share * 100}%` }} />
      </span>
    </li>
  );
}

function beside({ status, done, total, unit, seconds }: PhaseState): string {
  if (status === 'done') return duration(seconds);
  if (status === 'skipped') return 'off';
  return status === 'current' && total > 0 ? `${inUnit(done, unit)} of ${inUnit(total, unit)}` : '';
}

function PhaseSummary({ phase, state, label }: { readonly phase: Phase; readonly state: PhaseState; readonly label: React.ReactElement }) {
  const trigger = (
    <button type="button" className="phase-button">
      {label}
    </button>
  );
  return (
    <InfoPopover trigger={trigger} title={phaseNames[phase]}>
      {state.note !== null && <p>{state.note}</p>}
      <Facts
        facts={[
          ['Time', duration(state.seconds)],
          ['Done', state.total > 0 ? `${inUnit(state.done, state.unit)}${state.unit === 'bytes' ? '' : ` ${state.unit}`}` : '–'],
        ]}
      />
    </InfoPopover>
  );
}
