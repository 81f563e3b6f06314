import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Waiting } from '../../base/waiting.ts';
import { readingStore, whileTold } from './reading.ts';

const now = () => readingStore.getState().readings;

/** Work that goes on when told to. */
function steady() {
  let resolve: (result: string) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<string>((...ends) => void ([resolve, reject] = ends));
  let waiting: Waiting | null = null;
  const work = async (given: Waiting): Promise<string> => {
    waiting = given;
    return await promise;
  };
  return { work, resolve, reject, tell: (share: number) => waiting?.onShare(share) };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('tells of what takes longer than anybody overlooks, how far it is and how long it takes yet', async () => {
  const { work, resolve, tell } = steady();
  const done = whileTold({ verb: 'Opening', name: 'Run 1' }, work);
  tell(0.02);
  await vi.advanceTimersByTimeAsync(299);
  expect(now()).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(now()).toMatchObject([{ verb: 'Opening', name: 'Run 1', share: 0.02, secondsLeft: null }]);
  await vi.advanceTimersByTimeAsync(700);
  tell(0.25);
  expect(now()).toMatchObject([{ share: 0.25, secondsLeft: 3 }]);
  const before = now();
  tell(0.251); // no other percent
  expect(now()).toBe(before);
  resolve('read');
  expect(await done).toBe('read');
  expect(now()).toEqual([]);
});

it('says nothing of what is over at once', async () => {
  let told = 0;
  const unsubscribe = readingStore.subscribe(() => told++);
  expect(await whileTold({ verb: 'Importing', name: 'a.jsonl' }, async ({ onShare }) => {
    onShare(1);
    return 7;
  })).toBe(7);
  await vi.advanceTimersByTimeAsync(1000);
  unsubscribe();
  expect(told).toBe(0);
});

it('is not told of where it is ended before anybody was told, and gives what was done in spite of that', async () => {
  const { work, resolve } = steady();
  const end = new AbortController();
  const done = whileTold({ verb: 'Opening', name: 'Run 1', end }, work);
  end.abort();
  await vi.advanceTimersByTimeAsync(1000);
  expect(now()).toEqual([]);
  resolve('stored');
  expect(await done).toBe('stored');
});

it('gives null for what the reader ended, and throws what went wrong otherwise; either is told of no longer', async () => {
  for (const ended of [true, false]) {
    const { work, reject } = steady();
    const other = steady();
    const done = whileTold({ verb: 'Importing', name: 'a.jsonl' }, work).catch((error: unknown) => error);
    const beside = whileTold({ verb: 'Importing', name: 'b.jsonl' }, other.work);
    await vi.advanceTimersByTimeAsync(400);
    expect(now()).toHaveLength(2);
    if (ended) now()[0]?.end.abort();
    expect(now()).toHaveLength(ended ? 1 : 2); // before the work has heard of it
    reject(new RangeError('damaged'));
    expect(await done).toEqual(ended ? null : new RangeError('damaged'));
    expect(now()).toMatchObject([{ name: 'b.jsonl' }]);
    other.resolve('read');
    await beside;
  }
});
