import { describe, expect, it } from 'vitest';
import { mapEvents } from './map-events.ts';

describe('mapEvents', () => {
  it('maps each event to any number of events and returns the outcome', async () => {
    async function* source() {
      yield 1;
      yield 2;
      return 'end';
    }
    const mapped = mapEvents(source(), (event) => Array.from({ length: event }, () => event * 10));
    const seen: number[] = [];
    let next = await mapped.next();
    for (; next.done !== true; next = await mapped.next()) seen.push(next.value);
    expect([seen, next.value]).toEqual([[10, 20, 20], 'end']);
  });

  it('ends the source when the consumer stops', async () => {
    let freed = false;
    async function* source() {
      try {
        for (;;) yield 1;
      } finally {
        freed = true;
      }
    }
    for await (const event of mapEvents(source(), (value) => [value])) {
      expect(event).toBe(1);
      break;
    }
    expect(freed).toBe(true);
  });
});
