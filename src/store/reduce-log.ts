import type { RunEvent } from '../run/run-events.ts';
import type { Append } from './append.ts';
import type { LogLine, RunState, ToldEvent } from './run-state.ts';

/** The event, where the log tells it. Modules are only told of where their matrix could not be inverted, or not as it was. */
function told(event: RunEvent): ToldEvent | null {
  switch (event.type) {
    case 'module-pruned':
      return event.fallbacks > 0 || event.dampingRaised !== undefined ? event : null;
    case 'run-started':
    case 'run-resumed':
    case 'device-lost':
    case 'slept':
    case 'device':
    case 'model-loaded':
    case 'corpus-ready':
    case 'phase-finished':
    case 'database-ready':
    case 'latency-measured':
    case 'search-started':
    case 'stage-finished':
    case 'generation-finished':
    case 'settings-changed':
    case 'parent-chosen':
    case 'candidate-failed':
    case 'not-a-number':
    case 'candidate-dropped':
    case 'search-finished':
    case 'post-training-measured':
    case 'evaluated':
    case 'speed-measured':
    case 'exported':
    case 'export-failed':
    case 'warning':
    case 'run-finished':
    case 'run-failed':
      return event;
    default:
      return null;
  }
}

function kindOf(event: ToldEvent): LogLine['kind'] {
  switch (event.type) {
    case 'settings-changed':
    case 'parent-chosen':
      return 'change';
    case 'module-pruned':
    case 'device-lost':
    case 'candidate-failed':
    case 'not-a-number':
    case 'export-failed':
    case 'warning':
    case 'run-failed':
      return 'problem';
    default:
      return 'event';
  }
}

export function reduceLog(state: RunState, event: RunEvent, append: Append): RunState {
  const line = told(event);
  if (!line) return state;
  const generation = 'generation' in line ? line.generation : null;
  return { ...state, log: append(state.log, { at: line.at, generation, kind: kindOf(line), event: line }) };
}
