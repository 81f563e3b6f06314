/** Runs OpfsStorage in a dedicated worker for opfs-storage.backend.test.ts: only there does a browser give locked, synchronous files. */
import { ExplainedError } from '../base/explained-error.ts';
import { OpfsStorage } from './opfs-storage.ts';
import type { StoredFile } from './storage.ts';

type Call = (...values: readonly unknown[]) => Promise<unknown>;

const stored = new Map<number, StoredFile>();
const readers = new Map<number, { read(start: number, end: number): Promise<Uint8Array> }>();
let storage = new OpfsStorage('storage-test');

function text(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('a text was expected');
  return value;
}

function number(value: unknown): number {
  if (typeof value !== 'number') throw new TypeError('a number was expected');
  return value;
}

function content(value: unknown): Uint8Array<ArrayBuffer> {
  if (!(value instanceof Uint8Array)) throw new TypeError('bytes were expected');
  return Uint8Array.from(value);
}

function file(id: unknown): StoredFile {
  const found = stored.get(number(id));
  if (!found) throw new Error('this stored file is closed');
  return found;
}

const calls = new Map<string, Call>([
  ['folder', async (name) => void (storage = new OpfsStorage(text(name)))],
  [
    'open',
    async (path, create) => {
      const opened = await storage.open(text(path), { create: create === true });
      stored.set(stored.size, opened);
      return [stored.size - 1, opened.size];
    },
  ],
  ['read', async (id, start, end) => file(id).read(number(start), number(end))],
  [
    'write',
    async (id, start, bytes) => {
      // The size is told in any case: a write that failed may have written a part.
      try {
        await file(id).write(number(start), content(bytes));
      } finally {
        postMessage({ sizeOf: id, size: file(id).size });
      }
    },
  ],
  ['truncate', async (id, size) => file(id).truncate(number(size))],
  ['flush', async (id) => file(id).flush()],
  ['close', async (id) => file(id)[Symbol.asyncDispose]()],
  [
    'openForReading',
    async (path) => {
      const opened = await storage.openForReading(text(path));
      readers.set(readers.size, opened);
      return [readers.size - 1, opened.size];
    },
  ],
  ['readFrom', async (id, start, end) => readers.get(number(id))?.read(number(start), number(end))],
  ['list', async (folder) => storage.list(folder === undefined ? undefined : text(folder))],
  ['remove', async (path) => storage.remove(text(path))],
  ['estimate', async () => storage.estimate()],
]);

addEventListener('message', async ({ data }: MessageEvent<{ readonly id: number; readonly call: string; readonly values: readonly unknown[] }>) => {
  try {
    postMessage({ id: data.id, value: await calls.get(data.call)?.(...data.values) });
  } catch (error) {
    const { name, message } = error instanceof Error || error instanceof DOMException ? error : new Error(String(error));
    postMessage({ id: data.id, error: { name, message, explanation: error instanceof ExplainedError ? error.explanation : null } });
  }
});
