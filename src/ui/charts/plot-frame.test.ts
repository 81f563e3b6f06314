import { expect, it } from 'vitest';
import { placeAt, plotFrame } from './plot-frame.ts';

it('leaves the room that is asked for, and a plot even where there is none', () => {
  expect(plotFrame(800, 300, 132)).toMatchObject({ left: 40, right: 668, bottom: 276 });
  expect(plotFrame(100, 300, 132).right).toBe(80);
});

it('tells the place under a pixel within the plot, its edges included', () => {
  const frame = plotFrame(800, 300, 160);
  expect([40, 190, 640].map((pixel) => placeAt(frame, 60, pixel))).toEqual([0, 15, 60]);
  expect([39.9, 640.1].map((pixel) => placeAt(frame, 60, pixel))).toEqual([null, null]);
});
