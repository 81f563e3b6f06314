import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { presentBytes, textBytes } from '../base/lazy-bytes.ts';
import type { LazyBytes } from '../base/lazy-bytes.ts';
import { MemoryStorage } from '../storage/memory-storage.ts';
import { StorageFullError } from '../storage/storage-errors.ts';
import { writePlannedFile } from './write-file.ts';

const bytes = Uint8Array.from({ length: 1000 }, (_, index) => (index * 37) % 251);

/** In pieces of 64 bytes. */
const pieces: LazyBytes = {
  byteLength: bytes.length,
  async *pieces() {
    for (let start = 0; start < bytes.length; start += 64) yield bytes.slice(start, start + 64);
  },
};

async function contentOf(storage: MemoryStorage, path: string): Promise<Uint8Array> {
  const file = await storage.openForReading(path);
  return file.read(0, file.size);
}

describe('writePlannedFile', () => {
  it('writes all pieces and tells size and hash', async () => {
    const storage = new MemoryStorage();
    const told: number[] = [];
    const written = await writePlannedFile(storage, { path: 'onnx/a', content: pieces }, { onProgress: (done) => told.push(done) });
    expect(written).toEqual({ path: 'onnx/a', size: 1000, sha256: createHash('sha256').update(bytes).digest('hex') });
    expect(await contentOf(storage, 'onnx/a')).toEqual(bytes);
    expect(told).toHaveLength(16);
    expect(told.at(-1)).toBe(1000);
  });

  it('leaves nothing of a longer file that was there', async () => {
    const storage = new MemoryStorage();
    await writePlannedFile(storage, { path: 'a', content: presentBytes(bytes) });
    await writePlannedFile(storage, { path: 'a', content: textBytes('short') });
    expect(new TextDecoder().decode(await contentOf(storage, 'a'))).toBe('short');
  });

  it('removes what is half written when it is cancelled, when the disk is full and when the content fails', async () => {
    const abort = new AbortController();
    const cancelled = writePlannedFile(new MemoryStorage(), { path: 'a', content: pieces }, { signal: abort.signal, onProgress: () => abort.abort() });
    await expect(cancelled).rejects.toThrow('abort');
    const full = new MemoryStorage({ quota: 500 });
    await expect(writePlannedFile(full, { path: 'a', content: pieces })).rejects.toThrow(StorageFullError);
    const short = new MemoryStorage();
    await expect(writePlannedFile(short, { path: 'a', content: { ...pieces, byteLength: 1001 } })).rejects.toThrow('1001');
    for (const storage of [full, short]) expect(await storage.list()).toEqual([]);
  });
});
