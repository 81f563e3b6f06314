import { expect, it } from 'vitest';
import { partOf, tellShare, type Waiting } from './waiting.ts';

it('tells of a part as a share of the whole', () => {
  const shares: number[] = [];
  const whole: Waiting = { signal: new AbortController().signal, onShare: (share) => shares.push(share) };
  for (const share of [0, 0.5, 1]) tellShare(partOf(whole, 0.5, 0.9), share);
  expect(shares.map((share) => share.toFixed(2))).toEqual(['0.50', '0.70', '0.90']);
});

it('throws the reason for which it was ended, and tells nothing then', () => {
  const end = new AbortController();
  const shares: number[] = [];
  const waiting: Waiting = { signal: end.signal, onShare: (share) => shares.push(share) };
  tellShare(undefined, 1);
  end.abort(new RangeError('no longer wanted'));
  expect(() => tellShare(partOf(waiting, 0, 1), 0.5)).toThrow('no longer wanted');
  expect(shares).toEqual([]);
});
