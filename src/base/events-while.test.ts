import { describe, expect, it } from 'vitest';
import { eventsWhile } from './events-while.ts';

async function collect<T, R>(events: AsyncGenerator<T, R>): Promise<{ seen: T[]; outcome: R }> {
  const seen: T[] = [];
  for (;;) {
    const next = await events.next();
    if (next.done === true) return { seen, outcome: next.value };
    seen.push(next.value);
  }
}

describe('eventsWhile', () => {
  it('yields every report in order and returns the outcome', async () => {
    const events = eventsWhile<number, string>(async (report) => {
      report(1);
      await Promise.resolve();
      report(2);
      await new Promise((resolve) => setTimeout(resolve, 5));
      report(3);
      return 'done';
    });
    expect(await collect(events)).toEqual({ seen: [1, 2, 3], outcome: 'done' });
  });

  it('passes a failure on after what was reported before it', async () => {
    const seen: number[] = [];
    const events = eventsWhile<number, void>(async (report) => {
      report(1);
      throw new Error('broken');
    });
    await expect(
      (async () => {
        for await (const event of events) seen.push(event);
      })(),
    ).rejects.toThrow('broken');
    expect(seen).toEqual([1]);
  });

  it('ends the work where the consumer stops, and waits for its end where that is asked for', async () => {
    let ended = false;
    const events = eventsWhile<number, void>(
      async (report, signal) => {
        report(1);
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        await new Promise((resolve) => setTimeout(resolve, 5));
        ended = true;
      },
      { awaited: true },
    );
    for await (const event of events) if (event === 1) break;
    expect(ended).toBe(true);
  });
});
