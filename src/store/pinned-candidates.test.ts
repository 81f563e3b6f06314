import { expect, it } from 'vitest';
import { mostPinned, readPinned, togglePin } from './pinned-candidates.ts';

it('takes no more than can be compared, and gives the place back', () => {
  const ids = ['1.01', '1.02', '1.03', '1.04'];
  expect(ids.length).toBe(mostPinned);
  expect(ids.map((id) => togglePin('run', id))).toEqual([true, true, true, true]);
  expect(togglePin('run', '1.05')).toBe(false);
  expect(togglePin('another run', '1.05')).toBe(true);
  expect(togglePin('run', '1.02')).toBe(true);
  expect(togglePin('run', '1.05')).toBe(true);
});

it('reads what was stored, and nothing from what was not', () => {
  expect(readPinned('{"a":["1.01",2,"1.02"],"b":"1.01"}')).toEqual({ a: ['1.01', '1.02'], b: [] });
  expect([readPinned(null), readPinned('nonsense'), readPinned('null')]).toEqual([{}, {}, {}]);
});
