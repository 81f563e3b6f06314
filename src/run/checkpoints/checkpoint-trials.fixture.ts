import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { randomFor, type Random } from '../../base/random.ts';
import { MemoryStorage } from '../../storage/memory-storage.ts';
import type { Storage } from '../../storage/storage.ts';
import { CheckpointDamagedError, CheckpointMissingError } from './checkpoint-errors.ts';
import { folderOf, slots } from './checkpoint-files.ts';
import { History, namesIn, readAll, run, type Committed, type Step } from './checkpoint-history.fixture.ts';
import { decodeMarker } from './commit-marker.ts';
import { afterPowerCut, failingAt, FaultyStorage, full, get, put } from './faulty-storage.fixture.ts';
import { partsOf } from './run-progress.ts';

/** Trials of one history of a checkpoint. Whatever fails, an answer is the state of a commit, whole, or a refusal; each throws where it is not. */

const same = (state: Committed, expected: Committed): boolean => isDeepStrictEqual([state.progress, state.log], [expected.progress, expected.log]);

interface Lived {
  readonly storage: FaultyStorage;
  /** What was committed, and after how many changes of the storage. */
  readonly commits: readonly (Committed & { readonly after: number })[];
}

/** A history on a storage that never fails. */
async function lived(history: readonly Step[]): Promise<Lived> {
  const storage = new FaultyStorage();
  const commits: (Committed & { readonly after: number })[] = [];
  await new History(storage, (state) => commits.push({ ...state, after: storage.changes.length })).live(history);
  return { storage, commits };
}

/** Cuts the power after every change of the storage, opens what is left and goes on from there. Returns how often. */
export async function tryPowerCuts(history: readonly Step[], seed: number): Promise<number> {
  const { storage, commits } = await lived(history);
  for (let count = 0; count <= storage.changes.length; count++) {
    const disk = await afterPowerCut(storage.changes.slice(0, count), randomFor(seed, count));
    await checkSurvivor(disk, commits, commits.filter(({ after }) => after <= count).length);
  }
  return storage.changes.length + 1;
}

/** `done`: commits that had returned. */
async function checkSurvivor(disk: MemoryStorage, commits: readonly Committed[], done: number): Promise<void> {
  const opened = await readAll(disk).catch((error: unknown) => {
    if (done > 0 || !(error instanceof CheckpointMissingError || error instanceof CheckpointDamagedError)) throw error;
    return null; // the power went before the first commit
  });
  if (opened === null) return;
  // The last that returned, or the one that was under way and whose marker is whole.
  assert(commits.slice(Math.max(0, done - 1), done + 1).some((state) => same(opened, state)), 'what was opened is not what was committed last');
  const next = { ...opened.progress, at: opened.progress.at + 1, events: opened.log.length + 1 };
  await opened.store.commit(next, [{ type: 'slept', seconds: 1, at: next.at }]);
  await opened.store.commit(next, []);
  const again = await readAll(disk);
  assert.deepEqual([again.progress, again.log.slice(0, -1)], [next, opened.log]);
  await checkNothingLeft(disk, again);
}

/** After two commits of the same state there is nothing but what it needs. */
async function checkNothingLeft(disk: Storage, { progress, store }: Awaited<ReturnType<typeof readAll>>): Promise<void> {
  const names = await namesIn(disk);
  const parts = partsOf(progress).map(({ name }) => name);
  const log = await Promise.all(slots.map((slot) => logIn(disk, slot)));
  assert.deepEqual(names, [...new Set([...slots, ...log.flat(), ...parts])].toSorted());
  assert.equal(store.bytes, (await disk.list()).reduce((sum, { size }) => sum + size, 0));
}

/** Names of the pieces of the log that a marker has. */
async function logIn(disk: Storage, slot: string): Promise<string[]> {
  const read = await decodeMarker(await get(disk, `${folderOf(run)}/${slot}`));
  assert(read.state === 'whole');
  return read.marker.log.map(({ name }) => name);
}

/** Lets every operation fail, each before and after it has done its work; what fails is tried again, once. `faults`: calls that threw. */
export async function tryErrors(history: readonly Step[]): Promise<{ readonly operations: number; readonly faults: number }> {
  const { storage: unbroken, commits } = await lived(history);
  const { operations } = unbroken;
  let faults = 0;
  for (let number = 0; number < operations; number++) {
    for (const when of ['before', 'after'] as const) {
      const storage = new FaultyStorage();
      failingAt(storage, number, when, number % 2 === 0 ? full : () => new DOMException('the disk is gone', 'InvalidStateError'));
      const life = new History(storage, () => undefined);
      await life.live(history);
      faults += life.faults;
      storage.interference = {};
      const found = await readAll(storage);
      assert(isDeepStrictEqual(withoutNames(found), withoutNames(commits.at(-1))), `after a fault ${when} operation ${number}`);
      await life.store?.commit(life.progress, []);
      await life.store?.commit(life.progress, []);
      await checkNothingLeft(storage, await readAll(storage));
    }
  }
  return { operations, faults };
}

/** Files are numbered otherwise where one was given up. */
const withoutNames = (state: Committed | undefined): unknown =>
  JSON.parse(JSON.stringify({ progress: state?.progress, log: state?.log }, (key, value: unknown) => (key === 'name' ? undefined : value)));

/** Flips bits of every file, cuts it and lets it grow. Returns how often. */
export async function tryDamage(history: readonly Step[], seed: number): Promise<number> {
  const { storage, commits } = await lived(history);
  const random = randomFor(seed, 'damage');
  const files = await storage.list();
  for (const { path } of files) {
    for (const damage of [cut, grown, flipped, flipped, flipped, flipped]) {
      const disk = await copyOf(storage);
      await put(disk, path, damage(await get(disk, path), random));
      await checkDamaged(disk, commits);
    }
  }
  return 6 * files.length;
}

type Damage = (content: Uint8Array<ArrayBuffer>, random: Random) => Uint8Array<ArrayBuffer>;

const cut: Damage = (content, random) => content.slice(0, random.below(Math.max(1, content.length)));
const grown: Damage = (content, random) => Uint8Array.from([...content, ...content.subarray(0, random.below(9)), random.below(256)]);
const flipped: Damage = (content, random) => {
  const changed = content.slice();
  const bit = random.below(Math.max(1, 8 * content.length));
  changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return changed;
};

async function copyOf(storage: Storage): Promise<MemoryStorage> {
  const copy = new MemoryStorage();
  for (const { path } of await storage.list()) await put(copy, path, await get(storage, path));
  return copy;
}

/** The last commit or the one before, or a refusal; nothing is deleted by that. */
async function checkDamaged(disk: MemoryStorage, commits: readonly Committed[]): Promise<void> {
  const before = await disk.list();
  try {
    const opened = await readAll(disk);
    assert(commits.slice(-2).some((state) => same(opened, state)), 'what was opened was not committed');
  } catch (error) {
    if (!(error instanceof CheckpointDamagedError)) throw error;
  }
  assert.deepEqual(await disk.list(), before);
}
