import { eventsInForce } from './events-in-force.ts';
import type { Phase } from './phases.ts';
import type { RunEvent } from './run-events.ts';
import type { RunResult } from './run-result.ts';

/** What a clock, a memory meter or a device's speed says, or in what order parallel workers come along: another run of the same seed says it otherwise. */
const incidental: ReadonlySet<RunEvent['type']> = new Set([
  'device',
  'estimate',
  'memory',
  'memory-planned',
  'profile',
  'module-progress',
  'speed-measured',
  'run-resumed',
  'restoring',
  'device-lost',
  'slept',
]);

/** Phases whose progress depends on nothing but the seed. */
const steady: ReadonlySet<Phase> = new Set(['calibrate', 'search', 'post-train']);

const isIncidental = (event: RunEvent): boolean => incidental.has(event.type) || (event.type === 'phase-progress' && !steady.has(event.phase));

/** A result without what was measured in seconds or bytes of memory. */
function sameResult({ speed: _speed, seconds: _seconds, peakBytes: _peak, profile: _profile, ...rest }: RunResult): unknown {
  return rest;
}

function canonical(event: RunEvent): unknown {
  const { at: _at, ...body } = event;
  switch (body.type) {
    case 'run-started':
      return { type: body.type, config: body.config };
    case 'phase-finished':
      return { type: body.type, phase: body.phase };
    case 'exported':
      return { type: body.type, format: body.format, files: body.files };
    case 'run-finished':
      return { type: body.type, result: sameResult(body.result) };
    default:
      return body;
  }
}

const place = (event: RunEvent): number => (event.type === 'module-pruned' ? event.module : -1);

/**
 * What two runs of one seed have alike, bit for bit, on the processor with as many threads, whether they were cut off and went on or not: the
 * events in force, one a line, without times and speeds. Modules are in their order, since several are cut at once.
 */
export function canonicalLog(events: readonly RunEvent[]): string[] {
  const kept = eventsInForce(events).filter((event) => !isIncidental(event));
  const first = kept.findIndex(({ type }) => type === 'module-pruned');
  const modules = kept.filter(({ type }) => type === 'module-pruned').toSorted((left, right) => place(left) - place(right));
  const ordered = first < 0 ? kept : [...kept.slice(0, first), ...modules, ...kept.slice(first).filter(({ type }) => type !== 'module-pruned')];
  return ordered.map((event) => JSON.stringify(canonical(event)));
}
