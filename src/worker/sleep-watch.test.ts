import { expect, it } from 'vitest';
import { SleepWatch } from './sleep-watch.ts';

it('tells by how much the day went ahead of a clock that stands still in sleep', () => {
  const now = { day: 1_000_000, monotonic: 50 };
  const watch = new SleepWatch(() => now.day, () => now.monotonic);
  now.day += 4000;
  now.monotonic += 4000;
  expect(watch.seconds).toBe(0);
  now.day += 3_600_000;
  expect(watch.seconds).toBe(3600);
  watch.begin();
  expect(watch.seconds).toBe(0);
  now.day -= 60_000; // a clock that is set back is no sleep
  expect(watch.seconds).toBe(0);
});
