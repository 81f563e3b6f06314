import { expect, it } from 'vitest';
import { tightestPlace, usedPlaces } from './use-memory-plan.ts';

const needed = { gpu: 1e9, memory: 3e9, storage: 0 };

it('shows the place that is fullest', () => {
  expect(tightestPlace({ needed }, { available: { gpu: 1.5e9, memory: 8e9, storage: 1e9 } })).toBe('gpu');
  expect(tightestPlace({ needed }, { available: { gpu: 8e9, memory: 4e9, storage: 1e9 } })).toBe('memory');
});

it('shows what takes most where the browser does not tell how much there is', () => {
  expect(tightestPlace({ needed }, { available: { gpu: null, memory: null, storage: null } })).toBe('memory');
});

it('leaves out places that are not used', () => expect(usedPlaces({ needed })).toEqual(['gpu', 'memory']));
