import type { RunEvent } from '../run-events.ts';

/** The log of events in a checkpoint: JSON lines in gzipped pieces that are written once and never appended to. */

/** A file of the log. */
export interface LogPiece {
  readonly name: string;
  /** Of the file, packed. */
  readonly bytes: number;
  readonly sha256: string;
  /** Of the text that is packed in it. */
  readonly textBytes: number;
  /** Number of its first event in the whole log, from 0, and how many it has. */
  readonly from: number;
  readonly events: number;
}

/** A last piece of fewer packed bytes is written anew with what comes after, so that pieces stay few. */
export const wholePiece = 128 << 10;

const through = (bytes: Uint8Array<ArrayBuffer>, stream: ReadableWritablePair<Uint8Array<ArrayBuffer>, BufferSource>): ReadableStream<Uint8Array<ArrayBuffer>> =>
  new Blob([bytes]).stream().pipeThrough(stream);

/** Text as it is stored. */
export async function packText(text: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(through(text, new CompressionStream('gzip'))).arrayBuffer());
}

/** The text of a piece, which has exactly `textBytes`: no more than that is ever unpacked. Throws RangeError, and TypeError for what is no gzip. */
export async function unpackText(packed: Uint8Array<ArrayBuffer>, textBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const text = new Uint8Array(textBytes);
  let length = 0;
  for await (const chunk of chunksOf(through(packed, new DecompressionStream('gzip')))) {
    if (length + chunk.length > textBytes) throw new RangeError(`it has more than ${textBytes} bytes of text`);
    text.set(chunk, length);
    length += chunk.length;
  }
  if (length !== textBytes) throw new RangeError(`it has ${length} bytes of text and not ${textBytes}`);
  return text;
}

/** Not every browser can loop over a stream yet. */
async function* chunksOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Events as text: one JSON a line. */
export const textOf = (events: readonly RunEvent[]): Uint8Array<ArrayBuffer> => new TextEncoder().encode(events.map((event) => `${JSON.stringify(event)}\n`).join(''));

/** Its lines, each without its end. */
export function linesOf(text: Uint8Array<ArrayBuffer>): string[] {
  return new TextDecoder().decode(text).split('\n').slice(0, -1);
}

export function concatenated(one: Uint8Array<ArrayBuffer>, other: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
