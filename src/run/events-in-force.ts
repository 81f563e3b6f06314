import type { RunEvent } from './run-events.ts';

/**
 * A log without what was taken back: where a run went on from an earlier event, what was told after that is done again
 * (`run-resumed`). What is in force already stays as it is.
 */
export function eventsInForce(events: readonly RunEvent[]): RunEvent[] {
  const inForce: RunEvent[] = [];
  let begin = 0;
  for (const event of events) {
    if (event.type === 'run-started') begin = inForce.length;
    if (event.type === 'run-resumed') inForce.length = Math.min(inForce.length, begin + event.events);
    inForce.push(event);
  }
  return inForce;
}
