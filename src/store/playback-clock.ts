import type { RunEvent } from '../run/run-events.ts';

/** Moves on by seconds of the viewer at a speed; how many events are behind then. */
export type Advance = (seconds: number, speed: number) => number;

/** Seconds of the viewer for which nothing may happen: longer waits of the recording are cut to this. */
const longestWait = 4;

/**
 * A place in a recording that moves in its time: an event is passed when its `at` is reached. Time that goes back (a run that was taken up
 * again) counts as none.
 */
export function createPlace(events: readonly RunEvent[], from: number, startsAt: number): Advance {
  let position = from;
  let behind = startsAt;
  /** Recorded seconds that are played since the last event. */
  let since = 0;
  return (seconds, speed) => {
    since += seconds * speed;
    for (let next = events[position]; next !== undefined; next = events[position]) {
      const wait = Math.min(Math.max(0, next.at - behind), longestWait * speed);
      if (wait > since) break;
      since -= wait;
      behind = next.at;
      position++;
    }
    return position;
  };
}
