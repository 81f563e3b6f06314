import { ExplainedError } from '../../base/explained-error.ts';
import { storeLimits } from '../limits.ts';

/** The archive has no such file, or is damaged. */
export class NoZipEntryError extends ExplainedError {
  constructor(fault: string, options?: ErrorOptions) {
    super({ what: `The ZIP archive ${fault}.`, means: 'Nothing was imported.', remedy: 'Choose the ZIP of a model folder that this program saved, or the events.jsonl in it.' }, options);
  }
}

/** Fixed parts of the format, in bytes (APPNOTE.TXT, 4.3). */
const endLength = 22;
const longestComment = 0xffff;
const locatorLength = 20;
const end64Length = 56;
const entryLength = 46;
const localLength = 30;

/** Stands for what 32 bits cannot hold. */
const full = 0xffff_ffff;
const stored = 0;
const deflated = 8;

interface Entry {
  readonly name: string;
  readonly method: number;
  /** Packed, in bytes. */
  readonly size: number;
  /** Of its local header. */
  readonly at: number;
}

const viewOf = async (blob: Blob, start: number, length: number): Promise<DataView> => new DataView(await blob.slice(start, start + length).arrayBuffer());

/** Whether a file begins as a ZIP archive does. */
export async function isZip(blob: Blob): Promise<boolean> {
  const head = await viewOf(blob, 0, 4);
  return head.byteLength === 4 && head.getUint32(0, true) === 0x04034b50;
}

const large = (view: DataView, at: number): number => Number(view.getBigUint64(at, true));

/** Where the directory of all entries lies. */
async function findDirectory(blob: Blob): Promise<{ at: number; length: number }> {
  const start = Math.max(0, blob.size - endLength - longestComment);
  const tail = await viewOf(blob, start, blob.size - start);
  let end = tail.byteLength - endLength;
  while (end >= 0 && tail.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) throw new NoZipEntryError('was cut off');
  const found = { at: tail.getUint32(end + 16, true), length: tail.getUint32(end + 12, true) };
  if (found.at !== full && found.length !== full) return found;
  const locator = await viewOf(blob, start + end - locatorLength, locatorLength);
  const end64 = await viewOf(blob, large(locator, 8), end64Length);
  return { at: large(end64, 48), length: large(end64, 40) };
}

/** What 32 bits could not hold stands in a field of its own, eight bytes each, in this order where it is needed. */
function sizeAndPlace(view: DataView, entry: number, extra: number, extraEnd: number): Pick<Entry, 'size' | 'at'> {
  const [whole, size, at] = [view.getUint32(entry + 24, true), view.getUint32(entry + 20, true), view.getUint32(entry + 42, true)];
  let field = extra;
  while (field + 4 <= extraEnd && view.getUint16(field, true) !== 1) field += 4 + view.getUint16(field + 2, true);
  let next = field + 4 + (whole === full ? 8 : 0);
  const long = (short: number): number => {
    if (short !== full) return short;
    next += 8;
    return large(view, next - 8);
  };
  return { size: long(size), at: long(at) };
}

function* entriesOf(directory: DataView): Generator<Entry> {
  const decoder = new TextDecoder();
  for (let entry = 0; entry + entryLength <= directory.byteLength; ) {
    if (directory.getUint32(entry, true) !== 0x02014b50) throw new NoZipEntryError('is damaged');
    const [name, extra, comment] = [28, 30, 32].map((at) => directory.getUint16(entry + at, true)) as [number, number, number];
    const after = entry + entryLength + name;
    yield {
      name: decoder.decode(new Uint8Array(directory.buffer, directory.byteOffset + entry + entryLength, name)),
      method: directory.getUint16(entry + 10, true),
      ...sizeAndPlace(directory, entry, after, after + extra),
    };
    entry = after + extra + comment;
  }
}

/** The same stream, which breaks with an error of ours where its compression is broken. */
function explained(stream: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = stream.getReader();
  return new ReadableStream({
    async pull(controller) {
      const step = await reader.read().catch((cause: unknown) => {
        throw new NoZipEntryError('is damaged', { cause });
      });
      if (step.done) controller.close();
      else controller.enqueue(step.value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

/**
 * The file of that name in a ZIP archive, in whatever folder it lies; only it and the directory are read, however large the archive.
 * `streamOf` gives the bytes of the file as it is packed.
 * Throws {@link NoZipEntryError}, also into whoever reads what it gives.
 */
export async function readZipEntry(zip: Blob, name: string, streamOf = (packed: Blob): ReadableStream<Uint8Array<ArrayBuffer>> => packed.stream()): Promise<ReadableStream<Uint8Array>> {
  try {
    const { at, length } = await findDirectory(zip);
    if (length > storeLimits.zipDirectory) throw new NoZipEntryError('has too many files');
    const entry = [...entriesOf(await viewOf(zip, at, length))].find((each) => each.name === name || each.name.endsWith(`/${name}`));
    if (!entry) throw new NoZipEntryError(`has no ${name}`);
    const local = await viewOf(zip, entry.at, localLength);
    const begin = entry.at + localLength + local.getUint16(26, true) + local.getUint16(28, true);
    const packed = zip.slice(begin, begin + entry.size);
    if (entry.method === stored) return streamOf(packed);
    if (entry.method === deflated) return explained(streamOf(packed).pipeThrough(new DecompressionStream('deflate-raw')));
  } catch (cause) {
    // Reading beyond its end: what it says of itself is not true.
    throw cause instanceof RangeError ? new NoZipEntryError('is damaged', { cause }) : cause;
  }
  throw new NoZipEntryError(`has ${name} packed in a way that browsers cannot unpack`);
}
