import type { SourceFile } from './file-source.ts';
import { evenOrder } from './passages.ts';
import { chunksOf } from './request.ts';
import { TextMalformedError } from './text-errors.ts';

/** Bytes of one slice of a large file. */
const SLICE = 1 << 20;

export interface ReadLimits {
  /** Bytes up to which a file is read whole. */
  readonly wholeBytes: number;
  /** Characters that are enough of a larger one. */
  readonly mostCharacters: number;
}

/** What was read of a file. */
export interface ReadText {
  /** Stretches of whole lines in the order of the file; one where it was read whole. */
  readonly stretches: readonly string[];
  readonly bytesRead: number;
}

interface ReadOptions extends ReadLimits {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number | null) => void) | undefined;
}

const NEWLINE = 0x0a;

/** UTF-8 of a stretch; `open` ends may lie inside a character, which is then left out. Throws {@link TextMalformedError}. */
function decode(name: string, bytes: Uint8Array<ArrayBuffer>, openStart: boolean, openEnd: boolean): string {
  let start = 0;
  while (openStart && start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(start), { stream: openEnd });
  } catch (cause) {
    throw new TextMalformedError(name, 'it is not UTF-8', { cause });
  }
  if (text.includes('\0')) throw new TextMalformedError(name, 'it holds binary data');
  return text;
}

/** The whole lines of a slice; all of it if it has no line end. */
function trimToLines(name: string, bytes: Uint8Array<ArrayBuffer>, openStart: boolean, openEnd: boolean): string {
  const first = openStart ? bytes.indexOf(NEWLINE) + 1 : 0;
  const last = openEnd ? bytes.lastIndexOf(NEWLINE) + 1 : bytes.length;
  if (last > first) return decode(name, bytes.subarray(first, last), openStart && first === 0, openEnd && last === bytes.length && bytes[last - 1] !== NEWLINE);
  return decode(name, bytes, openStart, openEnd);
}

/** Bytes of a file in order, a slice at a time. */
async function* piecesOf(file: SourceFile): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  for (let start = 0; start < file.size; start += SLICE) yield file.slice(start, Math.min(file.size, start + SLICE));
}

/** Unpacks as much of a gzipped file as gives `limit` bytes. */
async function gunzip(name: string, file: SourceFile, limit: number): Promise<{ bytes: Uint8Array<ArrayBuffer>; cut: boolean; bytesRead: number }> {
  let bytesRead = 0;
  const pieces = piecesOf(file);
  const packed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: async (controller) => {
      const piece = await pieces.next();
      if (piece.done) return controller.close();
      bytesRead += piece.value.length;
      controller.enqueue(piece.value);
    },
  });
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  try {
    for await (const chunk of chunksOf(packed.pipeThrough(new DecompressionStream('gzip')))) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > limit) break;
    }
  } catch (cause) {
    throw new TextMalformedError(name, 'its gzip compression is broken or cut off', { cause });
  }
  const bytes = new Uint8Array(await new Blob(chunks).arrayBuffer());
  return { bytes: bytes.subarray(0, Math.min(size, limit)), cut: size > limit, bytesRead };
}

/** Whether bytes are gzip's. A server may have unpacked a .gz already, so the name says nothing. */
const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Slices spread evenly over a file, until they have enough characters. */
async function readSlices(name: string, file: SourceFile, { mostCharacters, signal, onProgress }: ReadOptions): Promise<ReadText> {
  const found = new Map<number, string>();
  let [characters, bytesRead] = [0, 0];
  for (const index of evenOrder(Math.ceil(file.size / SLICE))) {
    if (characters >= mostCharacters) break;
    signal?.throwIfAborted();
    const [start, end] = [index * SLICE, Math.min(file.size, (index + 1) * SLICE)];
    const text = trimToLines(name, await file.slice(start, end), start > 0, end < file.size);
    found.set(index, text);
    characters += text.length;
    bytesRead += end - start;
    onProgress?.(Math.min(characters, mostCharacters), mostCharacters);
  }
  const stretches = [...found].sort(([a], [b]) => a - b).map(([, text]) => text);
  return { stretches, bytesRead };
}

/**
 * Reads a text file (UTF-8, or gzip of it): whole if it is not large, else slices spread evenly over it, each trimmed to whole
 * lines; of a large gzipped file its beginning, for it can be read in order only. Never more than `wholeBytes` and a slice
 * are held. Throws {@link TextMalformedError}, or what the file throws.
 */
export async function readText(name: string, file: SourceFile, options: ReadOptions): Promise<ReadText> {
  options.signal?.throwIfAborted();
  if (isGzip(await file.slice(0, Math.min(2, file.size)))) {
    const { bytes, cut, bytesRead } = await gunzip(name, file, options.wholeBytes);
    options.signal?.throwIfAborted();
    return { stretches: [trimToLines(name, bytes, false, cut)], bytesRead };
  }
  if (file.size > options.wholeBytes) return readSlices(name, file, options);
  const text = decode(name, await file.slice(0, file.size), false, false);
  options.signal?.throwIfAborted();
  return { stretches: [text], bytesRead: file.size };
}

/** The first `limit` bytes of a text as whole lines; see {@link readText}. */
export async function readBeginning(name: string, file: SourceFile, limit: number): Promise<string> {
  const head = await file.slice(0, Math.min(limit, file.size));
  if (!isGzip(head)) return trimToLines(name, head, false, file.size > limit);
  // Of a packed file only so much is unpacked as its first bytes give.
  const part: SourceFile = { size: head.length, slice: async (start, end) => head.slice(start, end) };
  const { bytes, cut } = file.size > limit ? await beginningOf(name, part, limit) : await gunzip(name, part, limit);
  return trimToLines(name, bytes, false, cut || file.size > limit);
}

/** Unpacks a gzipped file that is cut off: what comes before the end. */
async function beginningOf(name: string, file: SourceFile, limit: number): Promise<{ bytes: Uint8Array<ArrayBuffer>; cut: boolean }> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const packed = new Blob([await file.slice(0, file.size)]).stream().pipeThrough(new DecompressionStream('gzip'));
  try {
    for await (const chunk of chunksOf(packed)) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= limit) break;
    }
  } catch (cause) {
    if (size === 0) throw new TextMalformedError(name, 'its gzip compression is broken', { cause });
  }
  return { bytes: new Uint8Array(await new Blob(chunks).arrayBuffer()).subarray(0, limit), cut: true };
}
