import { sha256 as hashing } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Storage } from '../storage/storage.ts';
import type { PlannedFile } from './planned-file.ts';

/** A file that was written whole. */
export interface WrittenFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly sha256: string;
}

export interface WriteOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told after every piece: bytes of this file so far. */
  readonly onProgress?: ((written: number) => void) | undefined;
}

/** What was half written is of no use to anyone; why it was given up is told, not that it could not be removed. */
async function removeQuietly(storage: Storage, path: string): Promise<void> {
  await storage.remove(path).catch(() => undefined);
}

/**
 * Writes a file piece by piece, with its hash on the way; nothing but a piece is held. What was there is overwritten. On an
 * error or an abort the file is removed. Throws what making the content throws, the signal's reason, StorageFullError.
 */
export async function writePlannedFile(storage: Storage, { path, content }: PlannedFile, { signal, onProgress }: WriteOptions = {}): Promise<WrittenFile> {
  try {
    const hash = hashing.create();
    let size = 0;
    await using file = await storage.open(path, { create: true });
    await file.truncate(0);
    for await (const piece of content.pieces()) {
      signal?.throwIfAborted();
      await file.write(size, piece);
      hash.update(piece);
      size += piece.byteLength;
      onProgress?.(size);
    }
    if (size !== content.byteLength) throw new RangeError(`${path} came out as ${size} bytes and not ${content.byteLength}`);
    await file.flush();
    return { path, size, sha256: bytesToHex(hash.digest()) };
  } catch (error) {
    await removeQuietly(storage, path);
    throw error;
  }
}
