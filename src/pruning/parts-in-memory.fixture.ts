import type { PartStore, StoredPart } from '../storage/stored-part.ts';

/** Parts in memory, without hashes: those are the business of run/checkpoints. `failure`: what the next put throws. */
export class PartsInMemory implements PartStore {
  readonly contents = new Map<string, Uint8Array<ArrayBuffer>>();
  failure: Error | null = null;
  reads = 0;

  async put(stem: string, pieces: Iterable<Uint8Array<ArrayBuffer>> | AsyncIterable<Uint8Array<ArrayBuffer>>): Promise<StoredPart> {
    const bytes: number[] = [];
    for await (const piece of pieces) for (const byte of piece) bytes.push(byte);
    if (this.failure) {
      const { failure } = this;
      this.failure = null;
      throw failure;
    }
    const name = `${stem}-${this.contents.size}.bin`;
    this.contents.set(name, Uint8Array.from(bytes));
    return { name, bytes: bytes.length, sha256: '0'.repeat(64) };
  }

  async read(part: StoredPart): Promise<Uint8Array<ArrayBuffer>> {
    return this.readRange(part, 0, part.bytes);
  }

  async readRange({ name }: StoredPart, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const content = this.contents.get(name);
    if (!content || end > content.length) throw new RangeError(`${name} has no bytes ${start} to ${end}`);
    this.reads++;
    return content.slice(start, end);
  }
}
