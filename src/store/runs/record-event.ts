import { createAppend, type Append } from '../append.ts';
import type { ModuleSummary, RunEvent } from '../../run/run-events.ts';
import type { RunCurve, RunRecord, ShapeModule } from './stored-run.ts';

type Of<Type extends RunEvent['type']> = Extract<RunEvent, { type: Type }>;

const noCurve: RunCurve = { fitness: [], forwardTokens: [], trainedTokens: [], at: [], start: null };

/** The record of a run that has just begun. */
export const beginRecord = ({ config, startedAt, at }: Of<'run-started'>): RunRecord => ({
  version: 1,
  startedAt,
  config,
  changes: [],
  adopted: 0,
  device: null,
  model: null,
  state: 'running',
  phase: null,
  seconds: at,
  phaseSeconds: {},
  generations: config.search.strategy === 'uniform' ? 0 : config.search.generations,
  curve: noCurve,
  modules: [],
  parent: null,
  quality: {},
  speed: {},
  result: null,
  failure: null,
});

/** The record after one more event. Pure, as the run's reducer is, of which it keeps what a list and a comparison need. */
export const recordEvent = (record: RunRecord, event: RunEvent): RunRecord => recordEvents(record, [event]);

/** The same for events in order; the curve is copied once and not for each. */
export function recordEvents(record: RunRecord, events: readonly RunEvent[]): RunRecord {
  const append = createAppend();
  return events.reduce((before, event) => recorded(before, event, append), record);
}

function recorded(record: RunRecord, event: RunEvent, append: Append): RunRecord {
  const next = tell(record, event, append);
  return next.seconds === event.at ? next : { ...next, seconds: event.at };
}

function tell(record: RunRecord, event: RunEvent, append: Append): RunRecord {
  switch (event.type) {
    case 'run-started':
      return beginRecord(event);
    case 'run-resumed':
      return { ...record, state: 'running', failure: null };
    case 'device':
      return { ...record, device: event.device.label };
    case 'model-loaded':
      return { ...record, model: event.model };
    case 'phase-started':
      return { ...record, phase: event.phase };
    case 'phase-finished':
      return { ...record, phaseSeconds: { ...record.phaseSeconds, [event.phase]: event.seconds } };
    case 'database-ready':
      return { ...record, modules: event.modules.map(shapeOf) };
    case 'evaluated':
      return { ...record, quality: { ...record.quality, [event.which]: event.quality } };
    case 'speed-measured':
      return { ...record, speed: { ...record.speed, [event.which]: event.speed } };
    case 'run-finished':
      return { ...record, result: event.result, state: event.result.stopped ? 'stopped' : 'finished' };
    case 'run-failed':
      return { ...record, failure: event.explanation, state: 'failed' };
    default:
      return tellSearch(record, event, append);
  }
}

function tellSearch(record: RunRecord, event: RunEvent, append: Append): RunRecord {
  switch (event.type) {
    case 'search-started':
      return { ...record, parent: event.uniform };
    case 'generation-started':
      return { ...record, parent: event.parent, generations: event.generations };
    case 'generation-finished':
      return { ...record, parent: event.parent, curve: grow(record.curve, event, append) };
    case 'settings-changed': {
      const { generation, before, after } = event;
      return { ...record, changes: [...record.changes, { generation, before, after }], generations: after.generations ?? record.generations };
    }
    case 'parent-chosen':
      return { ...record, parent: event.parent, adopted: record.adopted + 1 };
    case 'search-finished':
      return { ...record, parent: event.winner };
    default:
      return record;
  }
}

/** JSON has no NaN: what was written comes back as null. */
const measured = (value: number | null): number | null => (value !== null && Number.isFinite(value) ? value : null);

function grow(curve: RunCurve, event: Of<'generation-finished'>, append: Append): RunCurve {
  return {
    start: curve.fitness.length === 0 ? measured(event.previousParentFitness) : curve.start,
    fitness: append(curve.fitness, measured(event.fitness)),
    forwardTokens: append(curve.forwardTokens, event.forwardTokens),
    trainedTokens: append(curve.trainedTokens, event.trainedTokens),
    at: append(curve.at, event.at),
  };
}

const shapeOf = ({ layer, kind, structures, levels }: ModuleSummary): ShapeModule => ({ layer, kind, structures, kept: levels.map(({ kept }) => kept) });
