import type { RunConfig } from '../../run/run-config.ts';
import type { RunEvent, RunEventBody } from '../../run/run-events.ts';
import { eventsToSearch } from '../run.fixture.ts';
import { beginRecord, recordEvents } from './record-event.ts';
import type { RunRecord, StoredRun } from './stored-run.ts';

const quality = { perplexity: 20, kl: 0.6, agreement: 0.7 };
const winner = { id: '1.02', genome: [0, 2, 1, 1], size: 800 };

const rest: readonly RunEventBody[] = [
  { type: 'generation-finished', generation: 2, parent: winner, fitness: 0.5, previousParentFitness: 0.6, replaced: false, forwardTokens: 1280, trainedTokens: 128 },
  { type: 'search-finished', winner, fitness: 0.5, stopped: false },
  { type: 'phase-finished', phase: 'search', seconds: 9 },
  { type: 'evaluated', which: 'winner', quality, tokens: 128 },
  {
    type: 'run-finished',
    result: {
      version: 1,
      modules: [],
      parameters: { dense: { total: 2000, prunable: 1600 }, pruned: { total: 1200, prunable: 800 } },
      heldOut: { tokens: 128, dense: quality, uniform: quality, winner: quality },
      seconds: { search: 9 },
      tokens: { forward: 1280, trained: 128 },
      peakBytes: 4096,
      stopped: false,
    },
  },
];

/** A small run from beginning to end. */
export const wholeRun: readonly RunEvent[] = [...eventsToSearch, ...rest.map((body, index) => ({ ...body, at: eventsToSearch.length + index }))];

/** What events come to; they begin with `run-started`. */
export function recordOf(events: readonly RunEvent[]): RunRecord {
  const [first] = events;
  if (first?.type !== 'run-started') throw new Error('a run begins with run-started');
  return recordEvents(beginRecord(first), events);
}

/** A finished run in the library, with its configuration edited. */
export function storedRun(id: string, edit: (config: RunConfig) => RunConfig = (config) => config): StoredRun {
  const record = recordOf(wholeRun);
  return { ...record, config: edit(record.config), changes: [], id, number: 1, name: id, origin: null, imported: false, bytes: 0, deletedAt: null };
}
