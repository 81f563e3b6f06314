import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseEvents } from '../parse-events.ts';
import { DamagedRunError, packText, unpackPieces } from './pack-events.ts';
import { beginRecord } from './record-event.ts';
import { MemoryShelf, sizeOf } from './run-shelf.ts';
import { RunWriter } from './run-writer.ts';
import { recordOf, wholeRun } from './runs.fixture.ts';

const [first] = wholeRun;
if (first?.type !== 'run-started') throw new Error('the fixture begins with a run');
const begun = { ...beginRecord(first), id: 'a', name: null, origin: null, imported: false };

const textOf = (pieces: readonly Uint8Array<ArrayBuffer>[]): Promise<string> => new Response(unpackPieces(pieces)).text();
const lines = wholeRun.map((event) => `${JSON.stringify(event)}\n`).join('');

it('gives back the same events, however they came and whatever the size of the pieces', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 12 }), fc.integer({ min: 1, max: 4000 }), async (batches, longest) => {
      const shelf = new MemoryShelf();
      await shelf.create(begun);
      const writer = new RunWriter(shelf, 'a', begun, longest);
      let position = 0;
      for (const size of [...batches, wholeRun.length]) {
        await writer.append(wholeRun.slice(position, position + size));
        position += size;
      }
      const pieces = await shelf.pieces('a');
      expect(await textOf(pieces)).toBe(lines);
      const [stored] = await shelf.list();
      expect(stored).toMatchObject({ ...recordOf(wholeRun), bytes: pieces.reduce((sum, { length }) => sum + length, 0) });
    }),
    { numRuns: 40 },
  );
  const shelf = new MemoryShelf();
  await shelf.create(begun);
  await new RunWriter(shelf, 'a', begun, 500).append(wholeRun);
  expect(await parseEvents(unpackPieces(await shelf.pieces('a')))).toEqual(wholeRun);
});

it('writes later what the storage refused, once', async () => {
  const shelf = new MemoryShelf();
  await shelf.create(begun);
  let full = false;
  const write = shelf.write.bind(shelf);
  shelf.write = (...entry) => (full ? Promise.reject(new DOMException('full', 'QuotaExceededError')) : write(...entry));
  const writer = new RunWriter(shelf, 'a', begun, 300);
  await writer.append(wholeRun.slice(0, 5));
  full = true;
  await expect(writer.append(wholeRun.slice(5, 20))).rejects.toThrow('full');
  await expect(writer.append(wholeRun.slice(20, 25))).rejects.toThrow('full');
  full = false;
  await writer.append(wholeRun.slice(25));
  expect(await textOf(await shelf.pieces('a'))).toBe(lines);
});

it('packs to a fraction, reads plain text too, and names the piece that is damaged', async () => {
  const packed = await packText(lines);
  expect(packed.length).toBeLessThan(lines.length / 3);
  const plain = new TextEncoder().encode(lines);
  expect(await textOf([packed, plain])).toBe(lines + lines);
  const damaged = packed.slice();
  damaged.fill(7, 20, 60);
  const reading = textOf([packed, damaged]);
  await expect(reading).rejects.toBeInstanceOf(DamagedRunError);
  await expect(reading).rejects.toThrow('Piece 2');
  await expect(parseEvents(unpackPieces([packed, damaged]))).rejects.toBeInstanceOf(DamagedRunError);
});

it('writes a run anew from an earlier place, however long its pieces are, and goes on from there', async () => {
  for (const longest of [300, 5000, 1 << 17]) {
    const shelf = new MemoryShelf();
    await shelf.create(begun);
    await new RunWriter(shelf, 'a', begun, longest).append(wholeRun);
    const writer = new RunWriter(shelf, 'a', begun, longest);
    const stored = await writer.rewrite(wholeRun.slice(0, 20));
    const text = await textOf(await shelf.pieces('a'));
    expect(text).toBe(wholeRun.slice(0, 20).map((event) => `${JSON.stringify(event)}\n`).join(''));
    expect(stored).toMatchObject({ ...recordOf(wholeRun.slice(0, 20)), bytes: sizeOf(await shelf.pieces('a')) });
    await writer.append(wholeRun.slice(20));
    expect(await textOf(await shelf.pieces('a'))).toBe(lines);
    expect((await shelf.list())[0]).toMatchObject({ ...recordOf(wholeRun), bytes: sizeOf(await shelf.pieces('a')) });
  }
});
