import { gzipSync, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunEvent } from '../../run/run-events.ts';
import { largeRun } from '../large-run.fixture.ts';
import { unpackPieces } from './pack-events.ts';
import { AlreadyStoredError, RunLibrary, undoMilliseconds } from './run-library.ts';
import { RunKeeper } from './run-keeper.ts';
import { MemoryShelf } from './run-shelf.ts';
import { packRun } from './run-writer.ts';
import { wholeRun } from './runs.fixture.ts';
import { runsStore } from './runs-store.ts';

let shelf: MemoryShelf;
let library: RunLibrary;
let keeper: RunKeeper;
/** The run as it is saved. */
const savedRun = async (): Promise<Blob> => await new Response(unpackPieces((await packRun(wholeRun)).pieces)).blob();
const runs = () => runsStore.getState().runs ?? [];
const again = (at: string, run?: string): RunEvent[] => wholeRun.map((event) => (event.type === 'run-started' ? { ...event, startedAt: at, ...(run && { run }) } : event));

beforeEach(() => {
  runsStore.setState(runsStore.getInitialState(), true);
  shelf = new MemoryShelf();
  library = new RunLibrary(shelf);
  keeper = new RunKeeper(library);
});

afterEach(() => library[Symbol.dispose]());

describe('RunKeeper', () => {
  it('keeps run after run, each with its own events', async () => {
    await keeper.take(wholeRun.slice(0, 7));
    expect(runs()).toMatchObject([{ name: 'Run 1', state: 'running' }]);
    expect(runsStore.getState().recording).toBe(runs()[0]?.id);
    await keeper.take([...wholeRun.slice(7), ...again('2026-01-02T00:00:00.000Z')]);
    expect(runs()).toMatchObject([{ name: 'Run 2', state: 'finished' }, { name: 'Run 1', state: 'finished' }]);
    expect(await library.events(runs()[1]?.id ?? '')).toEqual(wholeRun);
  });

  it('calls a control by the name that was planned, and only that run', async () => {
    const origin = { id: 'a', kind: 'random' } as const;
    runsStore.setState({ planned: { name: 'Run 7, random', origin } });
    await keeper.take(wholeRun);
    await keeper.take(again('2026-01-02T00:00:00.000Z'));
    expect(runs()).toMatchObject([{ name: 'Run 2', origin: null }, { name: 'Run 7, random', origin }]);
  });

  it('tells of a full storage, and stores everything once there is room again', async () => {
    const [create, write] = [shelf.create.bind(shelf), shelf.write.bind(shelf)];
    const full = () => Promise.reject(new DOMException('full', 'QuotaExceededError'));
    shelf.create = full;
    expect(await keeper.take(wholeRun.slice(0, 4))).toBe(false);
    expect(runsStore.getState().problem?.what).toBe('This browser has no storage left for runs.');
    shelf.create = create;
    shelf.write = full;
    expect(await keeper.take(wholeRun.slice(4, 9))).toBe(false);
    expect(await keeper.take(wholeRun.slice(9))).toBe(false);
    shelf.write = write;
    expect(await keeper.take([])).toBe(true);
    expect(await library.events(runs()[0]?.id ?? '')).toEqual(wholeRun);
  });

  it('keeps what a run could not store while the next one begins, each under its own name', async () => {
    const [create, write] = [shelf.create.bind(shelf), shelf.write.bind(shelf)];
    const full = () => Promise.reject(new DOMException('full', 'QuotaExceededError'));
    // The first is in the library and has more to write; the second is not there at all; the third begins.
    await keeper.take(wholeRun.slice(0, 4));
    shelf.write = full;
    expect(await keeper.take(wholeRun.slice(4))).toBe(false);
    shelf.create = full;
    const origin = { id: 'a', kind: 'uniform' } as const;
    runsStore.setState({ planned: { name: 'The second', origin } });
    const second = again('2026-01-02T00:00:00.000Z', 'b');
    expect(await keeper.take(second.slice(0, 9))).toBe(false);
    expect(await keeper.take(second.slice(9))).toBe(false);
    const third = again('2026-01-03T00:00:00.000Z', 'c');
    expect(await keeper.take(third.slice(0, 9))).toBe(false);
    [shelf.create, shelf.write] = [create, write];
    expect(await keeper.take(third.slice(9))).toBe(true);
    expect(runs().map(({ name, state }) => [name, state])).toEqual([['Run 3', 'finished'], ['The second', 'finished'], ['Run 1', 'finished']]);
    const [newest, middle, oldest] = runs();
    for (const [run, events] of [[oldest, wholeRun], [middle, second], [newest, third]] as const) expect(await library.events(run?.id ?? '')).toEqual(events);
    expect(runsStore.getState().problem?.action).toBeUndefined();
  });

  it('keeps a cancelled run that came to something, and drops one that did not', async () => {
    await keeper.take(wholeRun.slice(0, 6));
    await keeper.cancel();
    expect(runs()).toEqual([]);
    await keeper.take(wholeRun.slice(0, -4));
    await keeper.cancel();
    expect(runs()).toMatchObject([{ state: 'stopped' }]);
  });

  it('stops with a run that was deleted meanwhile', async () => {
    await keeper.take(wholeRun.slice(0, 6));
    await shelf.remove(runs()[0]?.id ?? '');
    await keeper.take(wholeRun.slice(6, 9));
    expect(await keeper.take(wholeRun.slice(9))).toBe(true);
    expect(await shelf.list()).toEqual([]);
  });
});

describe('RunLibrary', () => {
  it('brings a deleted run back for a while, then removes it for good', async () => {
    vi.useFakeTimers();
    try {
      await keeper.take(wholeRun);
      const id = runs()[0]?.id ?? '';
      await library.delete(id);
      expect(runs()).toEqual([]);
      expect(runsStore.getState().deleted).toMatchObject([{ id }]);
      await library.restore(id);
      expect(runs()).toMatchObject([{ id }]);
      await library.delete(id);
      await vi.advanceTimersByTimeAsync(undoMilliseconds + 100);
      expect(await shelf.list()).toEqual([]);
      expect(runsStore.getState().deleted).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('imports what it saved, once', async () => {
    await keeper.take(wholeRun);
    const saved = await library.log(runs()[0]?.id ?? '');
    await expect(library.import(saved, null)).rejects.toBeInstanceOf(AlreadyStoredError);
    await shelf.remove(runs()[0]?.id ?? '');
    const imported = await library.import(saved, 'From elsewhere');
    expect(imported).toMatchObject({ name: 'From elsewhere', imported: true, state: 'finished' });
    expect(await library.events(imported.id)).toEqual(wholeRun);
    await shelf.remove(imported.id);
    const folder = new Blob([zipSync({ 'model/events.jsonl': new Uint8Array(await saved.arrayBuffer()) })]);
    expect(await library.import(folder, null)).toMatchObject({ name: 'Run 1', startedAt: imported.startedAt });
  });

  it('tells how far reading and writing are', async () => {
    const plain = await savedRun();
    const zip = new Blob([zipSync({ 'events.jsonl': new Uint8Array(await plain.arrayBuffer()) })]);
    for (const file of [plain, zip]) {
      const shares: number[] = [];
      const waiting = { signal: new AbortController().signal, onShare: (share: number) => shares.push(share) };
      const { id } = await library.import(file, null, waiting);
      expect(shares[0]).toBe(0);
      expect(shares.at(-1)).toBeGreaterThanOrEqual(0.6);
      expect(shares.toSorted((a, b) => a - b)).toEqual(shares);
      shares.length = 0;
      expect(await library.events(id, waiting)).toEqual(wholeRun);
      expect([shares[0], shares.at(-1)]).toEqual([0, 1]);
      await shelf.remove(id);
    }
  });

  it('reads a file in small pieces, packed or not, so that it hears at once where nobody waits any longer', async () => {
    const text = new TextEncoder().encode([...largeRun({ generations: 200 })].map((event) => `${JSON.stringify(event)}\n`).join(''));
    for (const file of [new Blob([text]), new Blob([new Uint8Array(gzipSync(text))])]) {
      const end = new AbortController();
      const shares: number[] = [];
      const onShare = (share: number): void => {
        shares.push(share);
        if (shares.length === 3) end.abort(new RangeError('no longer wanted'));
      };
      await expect(library.import(file, null, { signal: end.signal, onShare })).rejects.toThrow('no longer wanted');
      expect(shares).toHaveLength(3);
      expect(shares.at(-1)).toBeCloseTo((0.6 * 2 * 65536) / file.size, 10);
    }
  });

  it('imports nothing where the reader ends it, wherever it is, or the disk is full', async () => {
    const file = await savedRun();
    for (const from of [0, 0.6]) {
      const end = new AbortController();
      const onShare = (share: number): void => {
        if (share >= from) end.abort(new RangeError('no longer wanted'));
      };
      await expect(library.import(file, null, { signal: end.signal, onShare })).rejects.toThrow('no longer wanted');
      expect(runs()).toEqual([]);
      expect(await shelf.list()).toEqual([]);
    }
    const create = shelf.create.bind(shelf);
    shelf.create = () => Promise.reject(new RangeError('the disk is full'));
    await expect(library.import(file, null)).rejects.toThrow('the disk is full');
    expect(await shelf.list()).toEqual([]);
    shelf.create = create;
    await library.import(file, null);
    expect(runs()).toHaveLength(1);
  });

  it('leaves out what it cannot read, and says how many', async () => {
    await keeper.take(wholeRun);
    const list = shelf.list.bind(shelf);
    const foreign: object = { id: 'b', version: 2 };
    shelf.list = async () => [foreign as never, ...(await list())];
    await library.refresh();
    expect(runsStore.getState()).toMatchObject({ runs: [{ name: 'Run 1' }], unread: 1 });
    await expect(library.import(await library.log(runs()[0]?.id ?? ''), null)).rejects.toBeInstanceOf(AlreadyStoredError);
  });

  it('still lists all runs where the pieces of one are damaged', async () => {
    await keeper.take(wholeRun);
    await keeper.take(again('2026-01-02T00:00:00.000Z'));
    const [newer, older] = runs();
    await shelf.write(older?.id ?? '', older ?? expect.fail(), { index: 0, bytes: Uint8Array.of(0x1f, 0x8b, 1, 2, 3) }, 5);
    await library.refresh();
    expect(runs()).toHaveLength(2);
    await expect(library.events(older?.id ?? '')).rejects.toMatchObject({ name: 'DamagedRunError' });
    expect(await library.events(newer?.id ?? '')).toHaveLength(wholeRun.length);
  });
});
