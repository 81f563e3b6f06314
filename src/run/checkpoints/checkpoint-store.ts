import type { Storage } from '../../storage/storage.ts';
import type { PartStore, StoredPart } from '../../storage/stored-part.ts';
import type { RunConfig } from '../run-config.ts';
import type { RunEvent } from '../run-events.ts';
import { CheckpointDamagedError, CheckpointMissingError, CheckpointVanishedError } from './checkpoint-errors.ts';
import { folderOf, isRunId, slots, writeFile, type Pieces, type WrittenFile } from './checkpoint-files.ts';
import { encodeMarker, eventsIn, versions, type CommitMarker } from './commit-marker.ts';
import { hashOf, hashOfFile } from './file-hash.ts';
import { filesOf, findCommit, type FoundCommit } from './find-commit.ts';
import { concatenated, linesOf, packText, textOf, unpackText, wholePiece, type LogPiece } from './log-pieces.ts';
import { noProgress, partsOf, type RunProgress } from './run-progress.ts';

/** A checkpoint that a run can go on from. */
export interface OpenedCheckpoint {
  readonly store: CheckpointStore;
  readonly config: RunConfig;
  readonly progress: RunProgress;
  /** When the run began, an ISO time. */
  readonly startedAt: string;
}

/** A log with what came after it. */
interface ExtendedLog {
  readonly log: readonly LogPiece[];
  /** The piece that was written for it. */
  readonly written: string | null;
  /** Text of the last piece. */
  readonly text: Uint8Array<ArrayBuffer> | null;
}

const namesOf = (commit: CommitMarker | null): string[] => (commit ? filesOf(commit).map(({ name }) => name) : []);
const serialOf = (name: string): number => Number(/-(\d{1,15})\.(?:bin|gz)$/.exec(name)?.[1] ?? -1);
const stemOf = (name: string): string => name.replace(/-\d+\.bin$/, '');

/**
 * What is saved of a run, in a folder of a storage: parts, and pieces of the log, each written once under a name of its own; and two
 * markers that commits write in turn. A marker is written when all that it names is on the disk, and a commit is in force when its marker
 * is whole: whenever the power goes, the last commit or the one before can be opened. Whoever has a checkpoint open sees to it that
 * nobody else has.
 */
export class CheckpointStore implements PartStore {
  readonly run: string;
  readonly #storage: Storage;
  readonly #config: RunConfig;
  readonly #startedAt: string;
  /** The commit in force; null before the first. */
  #current: CommitMarker | null;
  /** The one before, which is opened where the newest turns out damaged: its files stay until the next commit. */
  #previous: CommitMarker | null;
  /** Where the commit in force lies. */
  #slot: number;
  #sequence: number;
  #serial: number;
  /** Every file that may be in the folder, with its bytes. */
  readonly #files: Map<string, number>;
  /** Parts that no commit has yet. */
  readonly #fresh = new Set<string>();
  /** Hashes of parts that were checked, or are being checked; a part never changes. */
  readonly #checked = new Map<string, Promise<string>>();
  /** Pieces that somebody is reading. */
  readonly #readers = new Set<readonly LogPiece[]>();
  /** Text of the log's last piece; null where it was not read yet. */
  #lastText: Uint8Array<ArrayBuffer> | null = null;
  #committing: Promise<unknown> = Promise.resolve();

  private constructor(storage: Storage, run: string, about: Pick<CommitMarker, 'config' | 'startedAt'>, found: FoundCommit | null) {
    this.run = run;
    this.#storage = storage;
    this.#config = about.config;
    this.#startedAt = about.startedAt;
    this.#current = found?.marker ?? null;
    this.#previous = found?.previous ?? null;
    this.#slot = found?.slot ?? slots.length - 1;
    this.#sequence = found?.sequence ?? 0;
    this.#files = new Map(found?.files);
    this.#serial = Math.max(found?.marker.serial ?? 0, ...[...this.#files.keys()].map((name) => serialOf(name) + 1));
  }

  /** Begins a checkpoint, in place of what was under that id. Throws RangeError for what is no id, and the errors of the storage. */
  static async create(storage: Storage, run: string, config: RunConfig, startedAt: string = new Date().toISOString()): Promise<CheckpointStore> {
    if (!isRunId(run)) throw new RangeError(`${JSON.stringify(run)} is no id of a run`);
    await storage.remove(folderOf(run));
    const store = new CheckpointStore(storage, run, { config, startedAt }, null);
    await store.commit(noProgress, []);
    return store;
  }

  /**
   * Opens the newest commit that is whole; nothing is changed by that. Throws CheckpointMissingError, CheckpointDamagedError,
   * CheckpointVersionError, and the errors of the storage.
   */
  static async open(storage: Storage, run: string): Promise<OpenedCheckpoint> {
    if (!isRunId(run)) throw new CheckpointMissingError(run);
    const found = await findCommit(storage, run, { checkLog: true });
    const { config, progress, startedAt } = found.marker;
    return { store: new CheckpointStore(storage, run, found.marker, found), config, progress, startedAt };
  }

  /** Bytes on the disk. */
  get bytes(): number {
    return [...this.#files.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  async put(stem: string, pieces: Pieces): Promise<StoredPart> {
    if (!/^[a-z][a-z0-9-]{0,40}$/.test(stem)) throw new RangeError(`${JSON.stringify(stem)} starts no name of a part`);
    const name = `${stem}-${this.#serial++}.bin`;
    this.#fresh.add(name);
    try {
      const written = await this.#write(name, pieces);
      // What was written and flushed just now is not read once more to be checked.
      this.#checked.set(name, Promise.resolve(written.sha256));
      return { name, ...written };
    } catch (error) {
      this.#fresh.delete(name);
      throw error;
    }
  }

  async read(part: StoredPart): Promise<Uint8Array<ArrayBuffer>> {
    return await this.readRange(part, 0, part.bytes);
  }

  async readRange(part: StoredPart, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const { name, bytes, sha256 } = part;
    const file = await this.#storage.openForReading(this.#path(name));
    if (file.size !== bytes) throw this.#damaged(`"${name}" has ${file.size} bytes and not ${bytes}`);
    if ((await this.#hashOfPart(name)) !== sha256) throw this.#damaged(`"${name}" is not what was written`);
    return await file.read(start, end);
  }

  /**
   * Saves how far the run is, with the events since the last commit that succeeded: all or nothing. Parts of `progress` must have been
   * put. Returns when it would survive a crash; then goes what neither this commit nor the one before needs. Throws the errors of the storage,
   * CheckpointVanishedError where what was saved is gone, and RangeError or ValiError for a progress that could not be read back; the commit before is in force then, and the same events can be
   * committed again.
   */
  async commit(progress: RunProgress, events: readonly RunEvent[]): Promise<void> {
    const turn = this.#committing.then(() => this.#commit(progress, events));
    this.#committing = turn.catch(() => {});
    await turn;
  }

  /** The log as of the last commit: one JSON event a line. Throws as {@link read}. */
  async *log(): AsyncGenerator<string, void> {
    const pieces = [...(this.#current?.log ?? [])];
    this.#readers.add(pieces);
    try {
      for (const piece of pieces) yield* linesOf(await this.#readPiece(piece));
    } finally {
      this.#readers.delete(pieces);
    }
  }

  async #commit(progress: RunProgress, events: readonly RunEvent[]): Promise<void> {
    for (const { name, bytes } of partsOf(progress)) {
      if (this.#files.get(name) !== bytes) throw new RangeError(`the part "${name}" is not there`);
    }
    await this.#checkThere([...partsOf(progress), ...(this.#current?.log ?? [])]);
    const { log, written, text } = await this.#extendLog(events);
    const slot = (this.#slot + 1) % slots.length;
    const common = { version: versions.newest, run: this.run, config: this.#config, startedAt: this.#startedAt };
    const marker = { ...common, sequence: ++this.#sequence, savedAt: new Date().toISOString(), serial: this.#serial, log, progress };
    try {
      await this.#write(slotName(slot), [await encodeMarker(marker)]);
    } catch (error) {
      if (written !== null) await this.#remove(written);
      throw error;
    }
    [this.#previous, this.#current, this.#slot, this.#lastText] = [this.#current, marker, slot, text];
    await this.#clear();
  }

  /** A commit that names what the browser has cleared meanwhile would be a promise that nobody can keep. */
  async #checkThere(files: readonly { readonly name: string; readonly bytes: number }[]): Promise<void> {
    const there = new Map((await this.#storage.list(folderOf(this.run))).map(({ path, size }) => [path, size]));
    const gone = files.find(({ name, bytes }) => there.get(this.#path(name)) !== bytes);
    if (gone) throw new CheckpointVanishedError(gone.name);
  }

  /** The log with more events, in a new piece: of its own, or in place of the last one, which stays on the disk for the commit in force. */
  async #extendLog(events: readonly RunEvent[]): Promise<ExtendedLog> {
    const log = this.#current?.log ?? [];
    if (events.length === 0) return { log, written: null, text: this.#lastText };
    const last = log.at(-1);
    const replaced = last && last.bytes < wholePiece ? last : null;
    const kept = replaced ? log.slice(0, -1) : log;
    const added = textOf(events);
    const text = replaced ? concatenated(this.#lastText ?? (await this.#readPiece(replaced)), added) : added;
    const name = `log-${this.#serial++}.gz`;
    const file = await this.#write(name, [await packText(text)]);
    const piece = { name, ...file, textBytes: text.length, from: eventsIn(kept), events: events.length + (replaced?.events ?? 0) };
    return { log: [...kept, piece], written: name, text };
  }

  async #readPiece({ name, bytes, sha256, textBytes }: LogPiece): Promise<Uint8Array<ArrayBuffer>> {
    const file = await this.#storage.openForReading(this.#path(name));
    if (file.size !== bytes) throw this.#damaged(`"${name}" has ${file.size} bytes and not ${bytes}`);
    const packed = await file.read(0, bytes);
    if ((await hashOf(packed)) !== sha256) throw this.#damaged(`"${name}" is not what was written`);
    try {
      return await unpackText(packed, textBytes);
    } catch (cause) {
      throw this.#damaged(`"${name}" cannot be unpacked`, cause);
    }
  }

  #hashOfPart(name: string): Promise<string> {
    const known = this.#checked.get(name);
    if (known) return known;
    const hashing = this.#storage.openForReading(this.#path(name)).then(hashOfFile);
    this.#checked.set(name, hashing);
    hashing.catch(() => this.#checked.delete(name)); // it may be read the next time
    return hashing;
  }

  /** Removes what is not needed. A file that cannot be removed now is tried again after the next commit: the run goes on without that. */
  async #clear(): Promise<void> {
    const current = namesOf(this.#current);
    for (const name of this.#fresh) {
      const outdated = current.some((other) => stemOf(other) === stemOf(name) && serialOf(other) >= serialOf(name));
      if (outdated) this.#fresh.delete(name);
    }
    const reading = [...this.#readers].flat().map(({ name }) => name);
    const needed = new Set<string>([...slots, ...current, ...namesOf(this.#previous), ...this.#fresh, ...reading]);
    // Those that are there now: parts that are put meanwhile are not among them.
    const idle = [...this.#files.keys()].filter((name) => !needed.has(name));
    for (const name of idle) await this.#remove(name);
  }

  /** Writes a file; where that fails nothing is left of it. */
  async #write(name: string, pieces: Pieces): Promise<WrittenFile> {
    this.#files.set(name, 0);
    try {
      const written = await writeFile(this.#storage, this.#path(name), pieces);
      this.#files.set(name, written.bytes);
      return written;
    } catch (error) {
      await this.#remove(name);
      throw error;
    }
  }

  async #remove(name: string): Promise<void> {
    try {
      await this.#storage.remove(this.#path(name));
      this.#files.delete(name);
      this.#checked.delete(name);
    } catch {
      // It stays among the files, and is tried again.
    }
  }

  #path(name: string): string {
    return `${folderOf(this.run)}/${name}`;
  }

  #damaged(fault: string, cause?: unknown): CheckpointDamagedError {
    return new CheckpointDamagedError(this.run, fault, { cause });
  }
}

const slotName = (index: number): string => slots[index] ?? slots[0];
