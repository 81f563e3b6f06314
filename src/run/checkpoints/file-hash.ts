import { bytesToHex } from '@noble/hashes/utils.js';
import type { ReadableFile } from '../../storage/storage.ts';

/** Bytes that are hashed at once. */
export const sliceBytes = 4 << 20;

const sha256 = async (bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

/**
 * The hash of a file that is known slice by slice: SHA-256, and for more than one slice the SHA-256 of the slices' SHA-256s one after the
 * other. The platform's own hash is five times as fast as one in JavaScript and does not hold this thread up, but takes whole arrays only.
 */
export class FileHash {
  readonly #slices: Uint8Array<ArrayBuffer>[] = [];

  /** The next slice: {@link sliceBytes}, the last one fewer. */
  async add(slice: Uint8Array<ArrayBuffer>): Promise<void> {
    const index = this.#slices.push(new Uint8Array(0)) - 1;
    this.#slices[index] = await sha256(slice);
  }

  /** Hexadecimal. */
  async digest(): Promise<string> {
    const [first = await sha256(new Uint8Array(0)), ...rest] = this.#slices;
    return bytesToHex(rest.length === 0 ? first : await sha256(Uint8Array.from([first, ...rest].flatMap((hash) => [...hash]))));
  }
}

/** The hash of bytes as {@link FileHash} has it. */
export async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return await hashOfFile({ size: bytes.length, read: async (start, end) => bytes.subarray(start, end) });
}

/** The hash of a file, read slice by slice. Throws what reading throws. */
export async function hashOfFile(file: ReadableFile): Promise<string> {
  const hash = new FileHash();
  for (let start = 0; start < file.size; start += sliceBytes) await hash.add(await file.read(start, Math.min(file.size, start + sliceBytes)));
  return await hash.digest();
}
