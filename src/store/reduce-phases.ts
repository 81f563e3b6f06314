import { phases, type Phase, type RunEvent } from '../run/run-events.ts';
import type { PhaseState, RunState } from './run-state.ts';

const withPhase = (state: RunState, phase: Phase, change: Partial<PhaseState>): RunState['phases'] => ({
  ...state.phases,
  [phase]: { ...state.phases[phase], ...change },
});

/** Phases that were passed over without being run. */
function skipUntil(all: RunState['phases'], end: number): RunState['phases'] {
  const skipped = phases.slice(0, end).filter((phase) => all[phase].status === 'ahead');
  return skipped.reduce((sum, phase) => ({ ...sum, [phase]: { ...sum[phase], status: 'skipped' } }), all);
}

/** Where the run is: phases, time left, memory. */
export function reducePhases(state: RunState, event: RunEvent): RunState {
  switch (event.type) {
    case 'run-started': {
      if (event.config.postTraining.tokens > 0) return state;
      return { ...state, phases: withPhase(state, 'post-train', { status: 'skipped' }) };
    }
    case 'phase-started':
      return {
        ...state,
        phase: event.phase,
        phases: skipUntil(withPhase(state, event.phase, { status: 'current' }), phases.indexOf(event.phase)),
        // The old estimate speaks of the phase that is over.
        estimate: { ...state.estimate, phaseSeconds: null },
      };
    case 'phase-progress': {
      const { phase, done, total, unit, note } = event;
      return { ...state, phases: withPhase(state, phase, { done, total, unit, note: note ?? null }) };
    }
    case 'phase-finished':
      return { ...state, phases: withPhase(state, event.phase, { status: 'done', seconds: event.seconds }) };
    case 'estimate': {
      const { phaseSeconds, runSeconds, flops } = event;
      return { ...state, estimate: { phaseSeconds, runSeconds, flops } };
    }
    case 'memory': {
      const { tensors, bytes, peakBytes } = event;
      return { ...state, memory: { tensors, bytes, peakBytes } };
    }
    case 'run-finished':
      return { ...state, phase: null, phases: skipUntil(state.phases, phases.length) };
    default:
      return state;
  }
}
