import { expect, it } from 'vitest';
import { ProgressTeller } from './download-progress.ts';
import type { DownloadProgress } from './download-progress.ts';

it('tells at most four times a second, of each new file, and at the end', () => {
  const told: DownloadProgress[] = [];
  let now = 0;
  const files = [
    { path: 'a', size: 100, present: 100 },
    { path: 'b', size: 10_000, present: 2000 },
  ];
  const teller = new ProgressTeller(files, (progress) => told.push(progress), () => now);
  teller.update('a', 100, 100);
  teller.update('b', 2000, 10_000);
  expect(told.map(({ file, done, total }) => [file, done, total])).toEqual([
    ['a', 2100, 10_100],
    ['b', 2100, 10_100],
  ]);
  for (let step = 1; step <= 200; step++) {
    now += 10;
    teller.update('b', 2000 + 20 * step, 10_000);
  }
  expect(told).toHaveLength(2 + 8);
  expect(told.at(-1)).toEqual({ done: 6100, total: 10_100, bytesPerSecond: 2000, secondsLeft: 2, file: 'b' });
  teller.finish();
  expect(told).toHaveLength(11);
});
