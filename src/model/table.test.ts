import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rowRanges, tileRanges } from './table.ts';

it('parts a table evenly into as few tiles as the limit allows, which cover every row once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200_000 }), fc.integer({ min: 1, max: 2048 }), fc.integer({ min: 16, max: 1 << 28 }), (rows, width, limit) => {
      const rowBytes = width * 4;
      fc.pre(rows * rowBytes < limit * 300);
      const tiles = tileRanges(rows, rowBytes, limit);
      const sizes = tiles.map(({ start, end }) => end - start);
      expect(tiles[0]?.start).toBe(0);
      expect(tiles.at(-1)?.end).toBe(rows);
      tiles.slice(1).forEach(({ start }, index) => expect(start).toBe(tiles[index]?.end));
      const widest = Math.max(...sizes);
      for (const size of sizes) expect(size).toBeGreaterThan(0);
      for (const size of sizes.slice(0, -1)) expect(size).toBe(widest);
      const padded = Math.ceil((widest * rowBytes) / 16) * 16;
      expect(widest === 1 || padded <= limit).toBe(true);
      const most = Math.floor((Math.floor(limit / 16) * 16) / rowBytes); // rows that one tile may have
      if (most >= 1) expect(tiles.length).toBeLessThanOrEqual(Math.ceil(rows / most));
    }),
  );
});

it('cuts Llama 3.2 to what many adapters bind, and leaves it whole where it fits', () => {
  const cut = tileRanges(128_256, 2048 * 4, 128 << 20);
  expect(cut.map(({ start, end }) => end - start)).toEqual([...Array<number>(7).fill(16_032), 16_032]);
  expect(tileRanges(128_256, 2048 * 4, 2 ** 31)).toEqual([{ start: 0, end: 128_256 }]);
});

it('gives a row that is larger than the limit a tile of its own', () => {
  expect(tileRanges(3, 4096, 1024)).toEqual([
    { start: 0, end: 1 },
    { start: 1, end: 2 },
    { start: 2, end: 3 },
  ]);
});

it('lists ranges of which the last is shorter', () => {
  expect(rowRanges(7, 3).map(({ start, end }) => [start, end])).toEqual([
    [0, 3],
    [3, 6],
    [6, 7],
  ]);
});
