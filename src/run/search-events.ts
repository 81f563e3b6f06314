import type { SearchEvent } from '../search/events.ts';
import type { RunEventBody } from './run-events.ts';

/** Tokens that passed through models so far. */
export interface TokenCount {
  readonly forward: number;
  readonly trained: number;
}

/** An event of the search as an event of the run (where it stands is none); `tokens` are those of the whole search so far, this generation included. */
export function toRunEvent(event: Exclude<SearchEvent, { type: 'position' }>, tokens: TokenCount): RunEventBody {
  switch (event.type) {
    case 'generation-started': {
      const { type, generation, generations, parent, offspring, stages } = event;
      return { type, generation, generations, parent, offspring, stages };
    }
    case 'generation-finished': {
      const { fitness, ...parent } = event.parent;
      const { type, generation, previousParentFitness, replaced } = event;
      const { forward: forwardTokens, trained: trainedTokens } = tokens;
      return { type, generation, parent, fitness, previousParentFitness, replaced, forwardTokens, trainedTokens };
    }
    case 'changed':
      return { type: 'settings-changed', generation: event.generation, before: event.before, after: event.after };
    case 'change-refused':
      return { type: 'warning', explanation: event.explanation };
    default:
      return event;
  }
}
