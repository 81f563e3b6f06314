import { expect, test } from 'vitest';
import { RunQueue } from './run-queue.ts';

test('runs jobs one at a time in the order of arrival', async () => {
  const queue = new RunQueue();
  const log: string[] = [];
  const job = (name: string, turns: number) => async () => {
    log.push(`${name} starts`);
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    log.push(`${name} ends`);
    return name;
  };
  const results = await Promise.all([queue.run(job('a', 9)), queue.run(job('b', 1)), queue.run(job('c', 3))]);
  expect(results).toEqual(['a', 'b', 'c']);
  expect(log).toEqual(['a starts', 'a ends', 'b starts', 'b ends', 'c starts', 'c ends']);
});

test('a job that fails rejects alone', async () => {
  const queue = new RunQueue();
  const failing = queue.run(() => Promise.reject(new Error('job failed')));
  const throwing = queue.run(() => {
    throw new Error('job threw');
  });
  const next = queue.run(() => 7);
  await expect(failing).rejects.toThrow('job failed');
  await expect(throwing).rejects.toThrow('job threw');
  await expect(next).resolves.toBe(7);
});

test('what never ends is given up on after a while, and the queue says so', async () => {
  const queue = new RunQueue();
  await expect(queue.drained(new Promise(() => undefined))).resolves.toBe(true);
  let end = (): void => undefined;
  const endless = queue.run(() => new Promise<void>((resolve) => (end = resolve)));
  await expect(queue.drained(Promise.resolve())).resolves.toBe(false);
  expect(queue.stuck).toBe(true);
  end(); // after all
  await endless;
  await expect(queue.run(() => 7)).resolves.toBe(7);
  expect(queue.stuck).toBe(false);
});
