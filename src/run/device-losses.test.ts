import { describe, expect, it } from 'vitest';
import { DeviceLosses } from './device-losses.ts';

describe('DeviceLosses', () => {
  it('makes dispatches smaller after three losses at one place, and gives up after three more', () => {
    const losses = new DeviceLosses();
    const told = Array.from({ length: 6 }, () => [losses.note(7), losses.count, losses.smaller]);
    expect(told).toEqual([
      ['again', 1, false],
      ['again', 2, false],
      ['smaller', 3, true],
      ['smaller', 4, true],
      ['smaller', 5, true],
      ['give-up', 6, true],
    ]);
  });

  it('counts anew where the run came further, and stays with smaller dispatches', () => {
    const losses = new DeviceLosses();
    for (const place of [1, 1, 1]) losses.note(place);
    expect([losses.note(2), losses.count, losses.smaller]).toEqual(['again', 1, true]);
    expect(Array.from({ length: 40 }, (_, place) => losses.note(place + 3))).toEqual(Array.from({ length: 40 }, () => 'again'));
  });
});
