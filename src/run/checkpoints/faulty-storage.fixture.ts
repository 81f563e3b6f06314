import type { Random } from '../../base/random.ts';
import { MemoryStorage } from '../../storage/memory-storage.ts';
import { StorageFullError } from '../../storage/storage-errors.ts';
import type { ReadableFile, Storage, StorageEstimate, StoredFile } from '../../storage/storage.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** What changes a storage. */
export type Change =
  | { readonly type: 'create' | 'remove' | 'flush'; readonly path: string }
  | { readonly type: 'write'; readonly path: string; readonly start: number; readonly bytes: Bytes }
  | { readonly type: 'truncate'; readonly path: string; readonly size: number };

/** What is done before, and what after, an operation of a storage; either may throw. */
export interface Interference {
  readonly before?: (operation: string, path: string) => void;
  readonly after?: (operation: string, path: string) => void;
}

/** A real storage with every change written down, in which operations can be made to fail. */
export class FaultyStorage implements Storage {
  readonly name: string;
  readonly changes: Change[] = [];
  /** In force from the next operation on. */
  interference: Interference = {};
  /** Operations so far, those that only read among them. */
  operations = 0;
  readonly #inner: Storage;

  constructor(inner: Storage = new MemoryStorage()) {
    this.#inner = inner;
    this.name = inner.name;
  }

  async #do<T>(operation: string, path: string, change: Change | null, work: () => Promise<T>): Promise<T> {
    this.operations++;
    this.interference.before?.(operation, path);
    const outcome = await work();
    if (change) this.changes.push(change);
    this.interference.after?.(operation, path);
    return outcome;
  }

  async open(path: string, options: { readonly create?: boolean } = {}): Promise<StoredFile> {
    let opened: StoredFile | null = null;
    const opening = this.#do('open', path, options.create === true ? { type: 'create', path } : null, async () => (opened = await this.#inner.open(path, options)));
    const file = await opening.catch(async (error: unknown) => {
      await opened?.[Symbol.asyncDispose]();
      throw error;
    });
    return {
      get size() {
        return file.size;
      },
      read: (start, end) => this.#do('read', path, null, () => file.read(start, end)),
      write: (start, bytes) => this.#do('write', path, { type: 'write', path, start, bytes: bytes.slice() }, () => file.write(start, bytes)),
      truncate: (size) => this.#do('truncate', path, { type: 'truncate', path, size }, () => file.truncate(size)),
      flush: () => this.#do('flush', path, { type: 'flush', path }, () => file.flush()),
      [Symbol.asyncDispose]: async () => {
        await file[Symbol.asyncDispose](); // what fails to close is closed all the same
        await this.#do('close', path, null, async () => undefined);
      },
    };
  }

  async openForReading(path: string): Promise<ReadableFile> {
    const file = await this.#do('openForReading', path, null, () => this.#inner.openForReading(path));
    return { size: file.size, read: (start, end) => this.#do('readFrom', path, null, () => file.read(start, end)) };
  }

  list(folder?: string): Promise<readonly { readonly path: string; readonly size: number }[]> {
    return this.#do('list', folder ?? '', null, () => this.#inner.list(folder));
  }

  remove(path: string): Promise<void> {
    return this.#do('remove', path, { type: 'remove', path }, () => this.#inner.remove(path));
  }

  estimate(): Promise<StorageEstimate | null> {
    return this.#inner.estimate();
  }
}

/** Fails the operation of that number (from 0), once: before it has done anything, or when it is done. */
export function failingAt(storage: FaultyStorage, number: number, when: 'before' | 'after', error: () => Error): void {
  const fail = (): void => {
    if (storage.operations === number + 1) throw error();
  };
  storage.interference = { [when]: fail };
}

export const full = (): Error => new StorageFullError('memory', 'a file');

const applied = (content: Bytes, change: Change): Bytes => {
  if (change.type === 'truncate') return content.slice(0, change.size);
  if (change.type !== 'write') return content;
  const grown = new Uint8Array(Math.max(content.length, change.start + change.bytes.length));
  grown.set(content);
  grown.set(change.bytes, change.start);
  return grown;
};

/** A file between two flushes. */
interface Settling {
  /** As it survives for sure; null where it does not. */
  durable: Bytes | null;
  /** Since then. */
  pending: Change[];
}

/** Which of a file's unsettled changes a power cut leaves: none, all, some first ones with the last of them torn, or any. */
function leftOf(pending: readonly Change[], random: Random): Change[] {
  switch (random.below(4)) {
    case 0:
      return [];
    case 1:
      return [...pending];
    case 2: {
      const left = pending.slice(0, random.below(pending.length + 1));
      const last = left.at(-1);
      if (last?.type === 'write') left[left.length - 1] = { ...last, bytes: last.bytes.slice(0, random.below(last.bytes.length + 1)) };
      return left;
    }
    default:
      return pending.filter(() => random.below(2) === 0);
  }
}

function survivor({ durable, pending }: Settling, random: Random): Bytes | null {
  let content = durable;
  for (const change of leftOf(pending, random)) {
    if (change.type === 'remove') content = null;
    else content = applied(content ?? new Uint8Array(0), change);
  }
  return content;
}

/** What is on the disk when the power goes after these changes: what was not flushed is lost, torn or there, as it happens. */
export async function afterPowerCut(changes: readonly Change[], random: Random): Promise<MemoryStorage> {
  const files = new Map<string, Settling>();
  const settling = (path: string): Settling => {
    const file = files.get(path) ?? { durable: null, pending: [] };
    files.set(path, file);
    return file;
  };
  for (const change of changes) {
    if (change.type === 'remove') {
      for (const [path, file] of files) if (path === change.path || path.startsWith(`${change.path}/`)) file.pending.push(change);
    } else if (change.type === 'flush') {
      const file = settling(change.path);
      file.durable = contentOf(file);
      file.pending = [];
    } else settling(change.path).pending.push(change);
  }
  const disk = new MemoryStorage();
  for (const [path, file] of files) {
    const content = survivor(file, random);
    if (content !== null) await put(disk, path, content);
  }
  return disk;
}

const contentOf = ({ durable, pending }: Settling): Bytes | null =>
  pending.reduce<Bytes | null>((content, change) => (change.type === 'remove' ? null : applied(content ?? new Uint8Array(0), change)), durable);

/** Writes a whole file. */
export async function put(storage: Storage, path: string, content: Bytes): Promise<void> {
  await using file = await storage.open(path, { create: true });
  await file.truncate(0);
  await file.write(0, content);
  await file.flush();
}

/** Reads a whole file. */
export async function get(storage: Storage, path: string): Promise<Bytes> {
  const file = await storage.openForReading(path);
  return file.read(0, file.size);
}
