import type { Storage } from '../../storage/storage.ts';
import { FileHash, sliceBytes } from './file-hash.ts';

/** Folder of a storage that holds the checkpoints, one folder for each run. */
export const checkpointsFolder = 'checkpoints';

/** Markers of the last commit and of the one before, in turn. */
export const slots = ['commit-a.json', 'commit-b.json'] as const;

const runPattern = /^[a-z0-9]{1,32}$/;

/** Whether a text can be the id of a run. */
export const isRunId = (run: string): boolean => runPattern.test(run);

export const folderOf = (run: string): string => `${checkpointsFolder}/${run}`;

export type Pieces = Iterable<Uint8Array<ArrayBuffer>> | AsyncIterable<Uint8Array<ArrayBuffer>>;

/** A file as it was written. */
export interface WrittenFile {
  readonly bytes: number;
  /** As {@link FileHash} has it. */
  readonly sha256: string;
}

/**
 * Writes a file from its beginning and returns when it would survive a crash. On an error a part of it may be there. Throws the
 * errors of the storage, and those of making the pieces.
 */
export async function writeFile(storage: Storage, path: string, pieces: Pieces): Promise<WrittenFile> {
  const hash = new FileHash();
  let bytes = 0;
  await using file = await storage.open(path, { create: true });
  await file.truncate(0);
  for await (const slice of inSlices(pieces)) {
    const hashed = hash.add(slice);
    await file.write(bytes, slice);
    bytes += slice.length;
    await hashed;
  }
  await file.flush();
  return { bytes, sha256: await hash.digest() };
}

/** Pieces of any size as slices of one size, the last shorter. What is held over to the next piece is copied, so that whoever makes pieces may use an array again. */
async function* inSlices(pieces: Pieces): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  let held: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for await (const piece of pieces) {
    for (let start = 0; start < piece.length; ) {
      const part = piece.subarray(start, start + sliceBytes - length);
      start += part.length;
      length += part.length;
      if (length < sliceBytes) held.push(part.slice());
      else {
        yield held.length === 0 ? part : joined([...held, part], length);
        [held, length] = [[], 0];
      }
    }
  }
  if (length > 0) yield joined(held, length);
}

function joined(parts: readonly Uint8Array<ArrayBuffer>[], length: number): Uint8Array<ArrayBuffer> {
  const [first] = parts;
  if (first && parts.length === 1) return first;
  const whole = new Uint8Array(length);
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}
