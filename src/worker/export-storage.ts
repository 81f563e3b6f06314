import { MemoryStorage } from '../storage/memory-storage.ts';
import { OpfsStorage } from '../storage/opfs-storage.ts';
import { StorageUnavailableError } from '../storage/storage-errors.ts';
import type { Storage } from '../storage/storage.ts';

/** A storage whose files can be given to the page without being copied. */
export interface BlobStorage extends Storage {
  /** Throws StoredFileMissingError. */
  blob(path: string): Promise<Blob>;
}

/** Where the browser keeps no files of the site: exports are in memory then. */
class MemoryBlobs extends MemoryStorage implements BlobStorage {
  async blob(path: string): Promise<Blob> {
    const file = await this.openForReading(path);
    return new Blob([await file.read(0, file.size)]);
  }
}

/** Of the lock by which a worker holds its folder of exports, before the folder's name. */
export const exportLockPrefix = 'darwinlm-exports-';
const lockOf = (id: string): string => exportLockPrefix + id;

/** Holds a lock for as long as this worker lives, so that other tabs see whose files are in use. */
function hold(id: string): void {
  void navigator.locks.request(lockOf(id), () => new Promise<never>(() => undefined));
}

/** Removes what workers left that are gone. */
async function removeLeftovers(exports: Storage): Promise<void> {
  const { held = [] } = await navigator.locks.query();
  const inUse = new Set(held.map(({ name }) => name));
  const ids = new Set((await exports.list()).flatMap(({ path }) => path.split('/')[0] ?? []));
  for (const id of ids) if (!inUse.has(lockOf(id))) await exports.remove(id);
}

/**
 * A folder of the site's private file system for the exports of this worker. Those of closed tabs are removed. In memory
 * where the browser has no such file system.
 */
export async function openExportStorage(folder: string): Promise<BlobStorage> {
  const all = new OpfsStorage(`${folder}/exports`);
  try {
    await all.estimate();
  } catch (error) {
    if (error instanceof StorageUnavailableError) return new MemoryBlobs();
    throw error;
  }
  const id = crypto.randomUUID();
  hold(id);
  await removeLeftovers(all).catch(() => undefined); // what stays takes room, and nothing else
  return new OpfsStorage(`${folder}/exports/${id}`);
}
