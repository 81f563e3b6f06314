import { expect, it } from 'vitest';
import { stackHeights } from './stack-heights.ts';

it('has the heights of the design', () => {
  const reference = stackHeights({ viewportWidth: 1440, viewportHeight: 900, rows: 16 });
  expect(reference).toMatchObject({ profile: 62, rowPitch: 18, cell: 11, changedCell: 15, parentCell: 16, history: 192 });
  expect(stackHeights({ viewportWidth: 1920, viewportHeight: 1080, rows: 16 })).toMatchObject({ profile: 90, rowPitch: 21 });
  expect(stackHeights({ viewportWidth: 1440, viewportHeight: 900, rows: 32 })).toMatchObject({ rowPitch: 13, cell: 8 });
});

it('takes from the history before it takes from the population', () => {
  expect(stackHeights({ viewportWidth: 1440, viewportHeight: 800, rows: 16 })).toMatchObject({ profile: 48, rowPitch: 18, history: 128 });
  expect(stackHeights({ viewportWidth: 1440, viewportHeight: 720, rows: 16 })).toMatchObject({ rowPitch: 14, history: 64 });
  expect(stackHeights({ viewportWidth: 1440, viewportHeight: 900, rows: 16, spare: () => 20 }).history).toBe(64);
  expect(stackHeights({ viewportWidth: 1440, viewportHeight: 900, rows: 8, spare: () => 300 }).history).toBe(300);
});
