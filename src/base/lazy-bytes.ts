/** Content whose size is known before it is made, and which is made anew, a piece at a time, for everyone who asks. */
export interface LazyBytes {
  readonly byteLength: number;
  /** In order, together exactly `byteLength` bytes. A piece stays as it is after the next was asked for. */
  pieces(): AsyncIterable<Uint8Array<ArrayBuffer>>;
}

/** Bytes that are there already. */
export function presentBytes(bytes: Uint8Array<ArrayBuffer>): LazyBytes {
  return {
    byteLength: bytes.byteLength,
    async *pieces() {
      yield bytes;
    },
  };
}

/** A text in UTF-8. */
export const textBytes = (text: string): LazyBytes => presentBytes(new TextEncoder().encode(text));

/** Contents one after the other. */
export function joinedBytes(parts: readonly LazyBytes[]): LazyBytes {
  return {
    byteLength: parts.reduce((sum, { byteLength }) => sum + byteLength, 0),
    async *pieces() {
      for (const part of parts) yield* part.pieces();
    },
  };
}

/** All of it at once, into `bytes` of its size; for what is small, or has to be whole. */
export async function collectBytes({ byteLength, pieces }: LazyBytes, bytes = new Uint8Array(byteLength)): Promise<Uint8Array<ArrayBuffer>> {
  let offset = 0;
  for await (const piece of pieces()) {
    bytes.set(piece, offset);
    offset += piece.byteLength;
  }
  if (offset !== byteLength) throw new RangeError(`${offset} bytes came where ${byteLength} were promised`);
  return bytes;
}
