import type { RunEvent } from '../run/run-events.ts';
import type { Append } from './append.ts';
import type { RunState } from './run-state.ts';

/** What comes out of a run: device, model, texts, post-training, quality, exports, problems, the result. */
export function reduceOutcome(state: RunState, event: RunEvent, append: Append): RunState {
  switch (event.type) {
    case 'device':
      return { ...state, device: event.device };
    case 'model-loaded':
      return { ...state, model: event.model };
    case 'corpus-ready':
      return { ...state, corpus: { length: event.length, sets: event.sets } };
    case 'post-training-step': {
      const losses = append(state.postTraining.losses, { tokens: event.tokens, loss: event.loss });
      return { ...state, postTraining: { ...state.postTraining, total: event.total, losses } };
    }
    case 'post-training-measured': {
      const { tokens, kl, perplexity, best } = event;
      const measured = append(state.postTraining.measured, { tokens, kl, perplexity, best });
      return { ...state, postTraining: { ...state.postTraining, measured } };
    }
    case 'evaluated':
      return { ...state, quality: { ...state.quality, [event.which]: event.quality } };
    case 'speed-measured':
      return { ...state, speed: { ...state.speed, [event.which]: event.speed } };
    case 'exports-planned':
      return { ...state, exports: { ...state.exports, name: event.name, offers: event.offers } };
    case 'exported': {
      const { type: _type, at: _at, ...format } = event;
      return { ...state, exports: { ...state.exports, written: { ...state.exports.written, [format.format]: format } } };
    }
    case 'export-failed':
    case 'warning':
      return { ...state, warnings: append(state.warnings, event.explanation) };
    case 'run-finished':
      return { ...state, result: event.result };
    case 'run-failed':
      return { ...state, failure: event.explanation };
    default:
      return state;
  }
}
