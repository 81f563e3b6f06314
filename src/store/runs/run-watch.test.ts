import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { initialRunState } from '../initial-run-state.ts';
import { reduceRun } from '../reduce-run.ts';
import { RunLibrary } from './run-library.ts';
import { MemoryShelf } from './run-shelf.ts';
import { RunWatch } from './run-watch.ts';
import { RunWriter } from './run-writer.ts';
import { recordOf, wholeRun } from './runs.fixture.ts';
import { runsStore } from './runs-store.ts';

/** Locks as a browser has them, of which tests say who holds them. */
class Locks {
  private readonly held = new Set<string>();
  private readonly waiting: { readonly name: string; readonly granted: () => void }[] = [];

  hold(name: string): void {
    this.held.add(name);
  }

  free(name: string): void {
    this.held.delete(name);
    for (const waiter of this.waiting.filter((other) => other.name === name)) waiter.granted();
  }

  async query() {
    return { held: [...this.held].map((name) => ({ name })), pending: [] };
  }

  request(name: string, { signal }: { signal: AbortSignal }, work: () => unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const granted = (): void => resolve(work());
      signal.addEventListener('abort', () => reject(signal.reason));
      if (this.held.has(name)) this.waiting.push({ name, granted });
      else granted();
    });
  }
}

const patience = 20;
let locks: Locks;
let shelf: MemoryShelf;
let library: RunLibrary;
let writer: RunWriter;
const lock = 'darwinlm-run-a';
const stored = () => runsStore.getState().runs?.find(({ id }) => id === 'a') ?? expect.fail();
const standing = (watch: RunWatch) => () => watch.store.getState().standing;

beforeEach(async () => {
  runsStore.setState(runsStore.getInitialState(), true);
  locks = new Locks();
  vi.stubGlobal('navigator', { locks });
  locks.hold(lock);
  shelf = new MemoryShelf();
  library = new RunLibrary(shelf);
  const begun = recordOf(wholeRun.slice(0, 1));
  await shelf.create({ ...begun, id: 'a', name: null, origin: null, imported: false });
  writer = new RunWriter(shelf, 'a', begun, 2000);
  await library.refresh();
});

afterEach(() => {
  library[Symbol.dispose]();
  vi.unstubAllGlobals();
});

/** As the tab that has the run stores more of it. */
async function store(from: number, to: number): Promise<void> {
  await writer.append(wholeRun.slice(from, to));
  await library.refresh();
}

describe('a run that is watched', () => {
  it('is nothing yet where nothing is stored, and that is no problem', async () => {
    using watch = new RunWatch(stored(), library, patience);
    await watch.catchUp();
    expect(watch.store.getState()).toEqual({ run: initialRunState, standing: 'running', problem: null });
  });

  it('is followed as it is stored, reading only what is new', async () => {
    using watch = new RunWatch(stored(), library, patience);
    const pieces = vi.spyOn(shelf, 'pieces');
    for (let at = 0; at < wholeRun.length; at += 3) {
      await store(at, at + 3);
      await watch.catchUp();
      expect(watch.store.getState()).toMatchObject({ problem: null, run: reduceRun(initialRunState, wholeRun.slice(0, at + 3)) });
    }
    expect(standing(watch)()).toBe('over');
    expect((await shelf.pieces('a')).length).toBeGreaterThan(2);
    // The last look begins at a late piece, not at the first.
    expect(pieces.mock.calls.at(-2)?.[1]).toBeGreaterThan(1);
  });

  it('is read anew where it went on from an earlier place', async () => {
    using watch = new RunWatch(stored(), library, patience);
    await store(0, wholeRun.length - 1);
    await watch.catchUp();
    const shorter = wholeRun.slice(0, 9);
    await writer.rewrite(shorter);
    await library.refresh();
    await watch.catchUp();
    expect(watch.store.getState()).toMatchObject({ run: reduceRun(initialRunState, shorter), problem: null });
  });

  it('is told from one whose tab was closed, by the lock, and from one that another tab took up', async () => {
    using watch = new RunWatch(stored(), library, patience);
    await store(0, 9);
    await watch.catchUp();
    expect(standing(watch)()).toBe('running');
    locks.free(lock);
    await vi.waitFor(() => expect(standing(watch)()).toBe('left'));
    locks.hold(lock);
    await store(9, 12);
    await vi.waitFor(() => expect(standing(watch)()).toBe('running'));
    locks.free(lock);
    await vi.waitFor(() => expect(standing(watch)()).toBe('left'));
  });

  it('is not called left while the engine of its tab is started anew', async () => {
    using watch = new RunWatch(stored(), library, patience);
    await store(0, 9);
    const seen: string[] = [];
    watch.store.subscribe(({ standing: now }) => seen.push(now));
    locks.free(lock);
    locks.hold(lock);
    await new Promise((resolve) => setTimeout(resolve, 3 * patience));
    expect(seen).not.toContain('left');
  });

  it('says that it was deleted, and what is damaged', async () => {
    using watch = new RunWatch(stored(), library, patience);
    await shelf.write('a', stored(), { index: 0, bytes: Uint8Array.of(0x1f, 0x8b, 1, 2, 3) }, 5);
    await library.refresh();
    await vi.waitFor(() => expect(watch.store.getState().problem?.what).toContain('damaged'));
    await shelf.remove('a');
    await library.refresh();
    await vi.waitFor(() => expect(standing(watch)()).toBe('gone'));
  });
});
