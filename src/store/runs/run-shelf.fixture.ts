import { beforeEach, describe, expect, it } from 'vitest';
import type { RunShelf } from './run-shelf.ts';
import { recordOf, wholeRun } from './runs.fixture.ts';

const record = recordOf(wholeRun.slice(0, 3));
const whole = recordOf(wholeRun);
const run = (id: string) => ({ ...record, id, name: null, origin: null, imported: false });
const piece = (index: number, ...bytes: number[]) => ({ index, bytes: Uint8Array.from(bytes) });

async function writesAnew(shelf: RunShelf): Promise<void> {
  expect(await shelf.create(run('a'), [Uint8Array.of(5, 6), Uint8Array.of(7)])).toMatchObject({ ...record, number: 1, bytes: 3 });
  expect(await shelf.pieces('a')).toEqual([Uint8Array.of(5, 6), Uint8Array.of(7)]);
  for (let index = 0; index < 12; index++) await shelf.write('a', whole, piece(index, index), index + 1);
  await shelf.edit('a', { name: 'Mine' });
  expect(await shelf.rewrite('a', record, [Uint8Array.of(7, 8), Uint8Array.of(9)])).toMatchObject({ ...record, name: 'Mine', bytes: 3 });
  expect(await shelf.pieces('a')).toEqual([Uint8Array.of(7, 8), Uint8Array.of(9)]);
  await shelf.write('a', whole, piece(1, 1, 2), 4);
  expect(await shelf.pieces('a')).toEqual([Uint8Array.of(7, 8), Uint8Array.of(1, 2)]);
}

/** What every shelf keeps to. `open` gives an empty one. */
export function describeShelf(name: string, open: () => Promise<RunShelf>): void {
  describe(`${name} as a shelf of runs`, () => {
    let shelf: RunShelf;
    beforeEach(async () => {
      shelf = await open();
    });

    it('numbers runs in the order of storing, two at once too', async () => {
      const both = await Promise.all([shelf.create(run('a')), shelf.create(run('b'))]);
      expect(both.map(({ number }) => number).toSorted()).toEqual([1, 2]);
      await shelf.remove('a');
      expect(await shelf.create({ ...run('c'), name: 'Mine' })).toMatchObject({ number: 3, name: 'Mine', bytes: 0, deletedAt: null });
    });

    it('writes record and piece together, replaces a piece, and gives pieces in order', async () => {
      await shelf.create(run('a'));
      await shelf.create(run('ab'));
      await shelf.write('ab', whole, piece(0, 9), 1);
      await shelf.write('a', record, piece(0, 1), 1);
      await shelf.write('a', record, piece(0, 1, 2), 2);
      for (let index = 1; index < 12; index++) await shelf.write('a', whole, piece(index, index), 2 + index);
      expect((await shelf.pieces('a')).map((bytes) => [...bytes])).toEqual([[1, 2], ...Array.from({ length: 11 }, (_, index) => [index + 1])]);
      expect(await shelf.pieces('a', 10)).toEqual([Uint8Array.of(10), Uint8Array.of(11)]);
      expect(await shelf.pieces('a', 12)).toEqual([]);
      expect((await shelf.list()).find(({ id }) => id === 'a')).toMatchObject({ ...whole, number: 1, bytes: 13 });
    });

    it('takes in a whole run at once, and writes it anew from its beginning, with what a reader named it', async () => {
      await writesAnew(shelf);
      expect(await shelf.rewrite('gone', record, [])).toBeNull();
      expect(await shelf.pieces('gone')).toEqual([]);
    });

    it('keeps a name that was given while the run is written', async () => {
      await shelf.create(run('a'));
      await shelf.edit('a', { name: 'Mine' });
      expect(await shelf.write('a', whole, piece(0, 1), 1)).toMatchObject({ name: 'Mine', state: 'finished' });
    });

    it('writes nothing to a run that is gone, and removes all of it', async () => {
      await shelf.create(run('a'));
      await shelf.write('a', whole, piece(0, 1), 1);
      await shelf.remove('a');
      expect(await shelf.write('a', whole, piece(1, 1), 1)).toBeNull();
      expect(await shelf.edit('a', { name: 'x' })).toBeNull();
      expect(await shelf.list()).toEqual([]);
      expect(await shelf.pieces('a')).toEqual([]);
    });
  });
}
