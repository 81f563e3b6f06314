import { describe, expect, it } from 'vitest';
import { eventsInForce } from './events-in-force.ts';
import { parseRunConfig } from './parse-config.ts';
import type { RunEvent } from './run-events.ts';

const started: RunEvent = { type: 'run-started', version: 1, config: parseRunConfig({ version: 1 }), startedAt: '2026-01-01T00:00:00.000Z', at: 0 };
const finished = (generation: number): RunEvent => ({ type: 'slept', seconds: generation, at: generation });
const resumed = (events: number): RunEvent => ({ type: 'run-resumed', events, why: 'returned', resumedAt: '2026-01-01T00:00:00.000Z', at: 9 });

describe('eventsInForce', () => {
  it('takes back what was told behind the place that the run went on from', () => {
    const log = [started, finished(1), finished(2), resumed(2), finished(3)];
    expect(eventsInForce(log)).toEqual([started, finished(1), resumed(2), finished(3)]);
  });

  it('counts what marks an earlier return among the events', () => {
    const log = [started, finished(1), finished(2), resumed(2), finished(3), finished(4), resumed(4), finished(5)];
    expect(eventsInForce(log)).toEqual([started, finished(1), resumed(2), finished(3), resumed(4), finished(5)]);
  });

  it('leaves a log in force as it is', () => {
    const log = eventsInForce([started, finished(1), finished(2), resumed(1), finished(3)]);
    expect(eventsInForce(log)).toEqual(log);
  });
});
