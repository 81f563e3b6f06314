import { describe, expect, it } from 'vitest';
import { MemoryStorage } from '../../storage/memory-storage.ts';
import type { StoredPart } from '../../storage/stored-part.ts';
import type { RunEvent } from '../run-events.ts';
import { CheckpointDamagedError, CheckpointMissingError, CheckpointVersionError } from './checkpoint-errors.ts';
import { config, namesIn, run } from './checkpoint-history.fixture.ts';
import { CheckpointStore } from './checkpoint-store.ts';
import { FaultyStorage, get, put } from './faulty-storage.fixture.ts';
import { sliceBytes } from './file-hash.ts';
import { wholePiece } from './log-pieces.ts';
import { noProgress, type RunProgress } from './run-progress.ts';

const slept = (at: number): RunEvent => ({ type: 'slept', seconds: 1, at });
const noise = (length: number): string => Array.from(crypto.getRandomValues(new Uint8Array(length / 2)), (byte) => byte.toString(16).padStart(2, '0')).join('');

async function linesOf(store: CheckpointStore): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of store.log()) lines.push(line);
  return lines;
}

const withModule = (part: StoredPart, events = 0): RunProgress => ({ ...noProgress, events, modules: [{ part, headerBytes: 0, pieces: [null] }] });

describe('CheckpointStore', () => {
  it('begins in place of what was there, and refuses what is no id', async () => {
    const storage = new MemoryStorage();
    await put(storage, `checkpoints/${run}/old.bin`, Uint8Array.of(1));
    await put(storage, 'checkpoints/other/commit-a.json', Uint8Array.of(1));
    await CheckpointStore.create(storage, run, config, '2026-01-02T03:04:05.678Z');
    const opened = await CheckpointStore.open(storage, run);
    expect(opened).toMatchObject({ config, progress: noProgress, startedAt: '2026-01-02T03:04:05.678Z' });
    expect((await storage.list()).map(({ path }) => path)).toEqual([`checkpoints/${run}/commit-a.json`, 'checkpoints/other/commit-a.json']);
    for (const id of ['', 'A', '../x', 'a/b', 'x'.repeat(33)]) {
      await expect(CheckpointStore.create(storage, id, config)).rejects.toThrow(RangeError);
      await expect(CheckpointStore.open(storage, id)).rejects.toThrow(CheckpointMissingError);
    }
    await expect(CheckpointStore.open(storage, 'nobody')).rejects.toThrow(CheckpointMissingError);
    await expect(CheckpointStore.open(storage, 'other')).rejects.toThrow(CheckpointDamagedError);
  });

  it('keeps parts that are put while it commits', async () => {
    const storage = new MemoryStorage();
    const store = await CheckpointStore.create(storage, run, config);
    let modules: RunProgress['modules'] = Array.from({ length: 12 }, () => null);
    for (let index = 0; index < modules.length; index++) {
      // A worker is done with a module while the one before is saved.
      const [part] = await Promise.all([store.put(`module-${index}`, [Uint8Array.of(index, 1), Uint8Array.of(2)]), store.commit({ ...noProgress, modules }, [])]);
      modules = modules.with(index, { part, headerBytes: 0, pieces: [null] });
    }
    await store.commit({ ...noProgress, modules }, []);
    const { store: again, progress } = await CheckpointStore.open(storage, run);
    for (const [index, module] of progress.modules.entries()) expect([...(await again.read(module?.part as StoredPart))]).toEqual([index, 1, 2]);
  });

  it('reads parts back, whole and by ranges, of any size and from pieces whose arrays are used again', async () => {
    const storage = new MemoryStorage();
    const store = await CheckpointStore.create(storage, run, config);
    const content = new Uint8Array(2 * sliceBytes + 4321);
    for (let index = 0; index < content.length; index++) content[index] = (index * 31 + (index >> 9)) & 255;
    async function* pieces(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
      const again = new Uint8Array(1_000_003);
      for (let start = 0; start < content.length; start += again.length) {
        const piece = content.subarray(start, start + again.length);
        again.set(piece);
        yield again.subarray(0, piece.length);
      }
    }
    const part = await store.put('module-0', pieces());
    expect(part.bytes).toBe(content.length);
    const one = await store.put('module-1', [content]);
    expect([one.bytes, one.sha256]).toEqual([part.bytes, part.sha256]);
    expect(one.name).not.toBe(part.name);
    await store.commit(withModule(part), []);
    const { store: again, progress } = await CheckpointStore.open(storage, run);
    const [stored] = progress.modules;
    if (!stored) throw new Error('no module');
    expect(await again.readRange(stored.part, sliceBytes - 5, sliceBytes + 5)).toEqual(content.slice(sliceBytes - 5, sliceBytes + 5));
    expect(Buffer.compare(await again.read(stored.part), content)).toBe(0);
    await expect(again.readRange(stored.part, 0, content.length + 1)).rejects.toThrow(RangeError);
    expect((await again.put('empty', [])).bytes).toBe(0);
  });

  it('checks the hash of a part that it did not write when it is first read, and never again', async () => {
    const storage = new FaultyStorage();
    const part = await (await CheckpointStore.create(storage, run, config)).put('module-0', [Uint8Array.of(1, 2, 3)]);
    const { store } = await CheckpointStore.open(storage, run);
    const read = await Promise.all([store.readRange(part, 0, 1), store.readRange(part, 1, 2)]);
    expect(read).toEqual([Uint8Array.of(1), Uint8Array.of(2)]);
    const before = storage.operations;
    await store.readRange(part, 2, 3);
    expect(storage.operations - before).toBe(2); // to open it and to read
    await expect(store.readRange({ ...part, sha256: '0'.repeat(64) }, 0, 1)).rejects.toThrow(CheckpointDamagedError);
    await expect(store.readRange({ ...part, bytes: 4 }, 0, 1)).rejects.toThrow(CheckpointDamagedError);
    await expect(store.read({ ...part, name: 'module-0-77.bin' })).rejects.toMatchObject({ name: 'StoredFileMissingError' });
  });

  it('keeps the log in few pieces, which are not written again when they are full', async () => {
    const storage = new MemoryStorage();
    const store = await CheckpointStore.create(storage, run, config);
    const told: RunEvent[] = [];
    for (let commit = 0; commit < 12; commit++) {
      const events: RunEvent[] = [slept(commit), { type: 'warning', explanation: { what: noise(60_000), means: '', remedy: 'ö\n' }, at: commit }];
      told.push(...events);
      await store.commit({ ...noProgress, events: told.length }, events);
    }
    await store.commit({ ...noProgress, events: told.length }, []);
    const pieces = (await namesIn(storage)).filter((name) => name.startsWith('log-'));
    expect(pieces.length).toBeLessThan(5);
    const sizes = (await storage.list()).filter(({ path }) => path.includes('/log-')).map(({ size }) => size);
    expect(sizes.filter((size) => size < wholePiece).length).toBeLessThanOrEqual(1);
    expect(await linesOf(store)).toEqual(told.map((event) => JSON.stringify(event)));
    const { store: again } = await CheckpointStore.open(storage, run);
    await again.commit({ ...noProgress, events: told.length + 1 }, [slept(99)]);
    expect(await linesOf(again)).toEqual([...told, slept(99)].map((event) => JSON.stringify(event)));
  });

  it('lets a reader of the log finish while commits go on', async () => {
    const store = await CheckpointStore.create(new MemoryStorage(), run, config);
    const events = (count: number): RunEvent[] => Array.from({ length: count }, (_, index) => slept(index));
    await store.commit({ ...noProgress, events: 3 }, events(3));
    const reading = store.log();
    const first = await reading.next();
    for (let more = 4; more < 8; more++) await store.commit({ ...noProgress, events: more }, [slept(more)]);
    const rest: unknown[] = [];
    for await (const line of reading) rest.push(line);
    expect([first.value, ...rest]).toEqual(events(3).map((event) => JSON.stringify(event)));
  });

  it('removes what neither the last commit nor the one before needs, and keeps what is put meanwhile', async () => {
    const storage = new MemoryStorage();
    const store = await CheckpointStore.create(storage, run, config);
    const first = await store.put('module-0', [Uint8Array.of(1)]);
    await store.commit(withModule(first), []);
    const abandoned = await store.put('module-0', [Uint8Array.of(2)]);
    const second = await store.put('module-0', [Uint8Array.of(3)]);
    const other = await store.put('module-1', [Uint8Array.of(4)]);
    const putting = store.put('module-2', slowly(Uint8Array.of(5)));
    await store.commit(withModule(second), []);
    expect(await namesIn(storage)).toEqual(['commit-a.json', 'commit-b.json', first.name, second.name, other.name, 'module-2-4.bin']);
    await expect(store.read(abandoned)).rejects.toMatchObject({ name: 'StoredFileMissingError' });
    const third = await putting;
    await store.commit(withModule(second), []);
    expect(await namesIn(storage)).toEqual(['commit-a.json', 'commit-b.json', second.name, other.name, third.name]);
    expect(await store.read(third)).toEqual(Uint8Array.of(5));
  });

  it('refuses to commit what could not be read back, and what is not there; the commit before stays', async () => {
    const storage = new MemoryStorage();
    const store = await CheckpointStore.create(storage, run, config);
    const part = { name: 'module-0-9.bin', bytes: 1, sha256: '0'.repeat(64) };
    await expect(store.commit(withModule(part), [])).rejects.toThrow('"module-0-9.bin" is not there');
    await expect(store.commit({ ...noProgress, at: Number.NaN }, [slept(1)])).rejects.toThrow('Expected number');
    await expect(store.commit({ ...noProgress, events: 2 }, [slept(1)])).rejects.toThrow('more events');
    expect(await namesIn(storage)).toEqual(['commit-a.json']);
    await store.commit({ ...noProgress, events: 1 }, [slept(1)]);
    expect(await linesOf(store)).toEqual([JSON.stringify(slept(1))]);
    expect(store.bytes).toBeGreaterThan(0);
  });

  it('promises nothing where what was saved before has been cleared under it', async () => {
    const storage = new MemoryStorage();
    const store = await CheckpointStore.create(storage, run, config);
    const part = await store.put('module-0', [Uint8Array.of(1)]);
    await store.commit(withModule(part, 1), [slept(1)]);
    for (const path of await namesIn(storage)) if (path.startsWith('log')) await storage.remove(`checkpoints/${run}/${path}`);
    await expect(store.commit(withModule(part, 2), [slept(2)])).rejects.toMatchObject({ name: 'CheckpointVanishedError' });
    await storage.remove(`checkpoints/${run}`);
    await expect(store.commit(withModule(part, 2), [slept(2)])).rejects.toThrow(`"${part.name}" is missing`);
  });

  it('keeps a measurement that is not a number as that', async () => {
    const storage = new MemoryStorage();
    const store = await CheckpointStore.create(storage, run, config);
    const quality = { perplexity: Infinity, kl: Number.NaN, agreement: 0.5 };
    const qualities = { dense: quality, uniform: quality, winner: quality };
    await store.commit({ ...noProgress, measured: { qualities, speed: null } }, []);
    const { progress } = await CheckpointStore.open(storage, run);
    expect(progress.measured?.qualities.winner).toEqual({ perplexity: Number.NaN, kl: Number.NaN, agreement: 0.5 });
  });

  it('goes on from the commit before where the newest is damaged, and says so where none is whole; it deletes nothing', async () => {
    const storage = new MemoryStorage();
    const store = await CheckpointStore.create(storage, run, config);
    await store.commit({ ...noProgress, at: 1, events: 1 }, [slept(1)]);
    await store.commit({ ...noProgress, at: 2, events: 2 }, [slept(2)]);
    const path = (slot: string): string => `checkpoints/${run}/commit-${slot}.json`;
    const newest = await get(storage, path('a'));
    await put(storage, path('a'), newest.slice(0, -1));
    const opened = await CheckpointStore.open(storage, run);
    expect(opened.progress.at).toBe(1);
    expect(await linesOf(opened.store)).toEqual([JSON.stringify(slept(1))]);
    const before = await get(storage, path('b'));
    await put(storage, path('b'), before.slice(5));
    const files = await storage.list();
    await expect(CheckpointStore.open(storage, run)).rejects.toThrow(CheckpointDamagedError);
    expect(await storage.list()).toEqual(files);
    await put(storage, path('a'), newest);
    expect((await CheckpointStore.open(storage, run)).progress.at).toBe(2);
  });

  it('does not take another run for its own', async () => {
    const storage = new MemoryStorage();
    await CheckpointStore.create(storage, run, config);
    await put(storage, 'checkpoints/other/commit-a.json', await get(storage, `checkpoints/${run}/commit-a.json`));
    await expect(CheckpointStore.open(storage, 'other')).rejects.toThrow(CheckpointDamagedError);
  });

  it('refuses what a newer version saved last', async () => {
    const storage = new MemoryStorage();
    await CheckpointStore.create(storage, run, config);
    await put(storage, `checkpoints/${run}/commit-b.json`, await newer());
    await expect(CheckpointStore.open(storage, run)).rejects.toThrow(CheckpointVersionError);
  });
});

/** A marker that is whole, of version 7, with an unknown content. */
async function newer(): Promise<Uint8Array<ArrayBuffer>> {
  const content = new TextEncoder().encode(JSON.stringify({ version: 7, sequence: 9, genomes: 'elsewhere' }));
  const hash = Buffer.from(await crypto.subtle.digest('SHA-256', content)).toString('hex');
  return new TextEncoder().encode(`{"format":"darwinlm-checkpoint","sha256":"${hash}","content":${new TextDecoder().decode(content)}}`);
}

async function* slowly(...pieces: readonly Uint8Array<ArrayBuffer>[]): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (const piece of pieces) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    yield piece;
  }
}
