import { ExplainedError } from '../base/explained-error.ts';
import { readAll } from './file-source.ts';
import type { FileSource, OpenOptions } from './file-source.ts';

/** A text to calibrate, train or measure on. */
export interface Text {
  readonly name: string;
  /** Books, or whatever the text is made of; never empty, lines end in `\n`. */
  readonly documents: readonly string[];
  /** UTF-16 units of all documents. */
  readonly characters: number;
}

export class TextMalformedError extends ExplainedError {
  constructor(name: string, reason: string, options?: ErrorOptions) {
    super(
      {
        what: `The text ${name} cannot be used: ${reason}.`,
        means: 'It was not loaded.',
        remedy: 'Choose a plain text file in UTF-8, gzipped or not.',
      },
      options,
    );
  }
}

/** Largest text, bytes of UTF-8: what a gzip bomb is stopped at. */
const MAX_BYTES = 1 << 28;

/** Blank lines part documents only where that leaves documents of some length; else they part paragraphs. */
const MIN_MEAN_DOCUMENT = 4096;

async function gunzip(bytes: Uint8Array<ArrayBuffer>, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  try {
    const reader = stream.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      chunks.push(part.value);
      size += part.value.length;
      if (size > MAX_BYTES) {
        await reader.cancel();
        break;
      }
    }
  } catch (cause) {
    throw new TextMalformedError(name, 'its gzip compression is broken or cut off', { cause });
  }
  if (size > MAX_BYTES) throw new TextMalformedError(name, `it unpacks to more than ${MAX_BYTES >> 20} MB`);
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/**
 * The documents of a text: parts between blank lines where these are books, else the whole as one document (a text whose
 * paragraphs stand between blank lines).
 */
export function splitDocuments(text: string): string[] {
  const whole = text.replace(/^\n+|\n+$/g, '');
  const parts = whole.split(/\n[\t ]*\n\s*/).filter((part) => part.trim() !== '');
  if (parts.length === 0) return [];
  return whole.length / parts.length >= MIN_MEAN_DOCUMENT ? parts : [whole];
}

/** A text from the bytes of a file: gzip is known by its first two bytes, then it is UTF-8. Throws {@link TextMalformedError}. */
export async function parseText(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<Text> {
  if (bytes.length > MAX_BYTES) throw new TextMalformedError(name, `it has more than ${MAX_BYTES >> 20} MB`);
  // A server may have unpacked a .gz already, so the name says nothing.
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const plain = packed ? await gunzip(bytes, name) : bytes;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(plain);
  } catch (cause) {
    throw new TextMalformedError(name, 'it is not UTF-8', { cause });
  }
  if (text.includes('\0')) throw new TextMalformedError(name, 'it holds binary data');
  const documents = splitDocuments(text.replaceAll('\r\n', '\n'));
  if (documents.length === 0) throw new TextMalformedError(name, 'it is empty');
  return { name, documents, characters: documents.reduce((sum, document) => sum + document.length, 0) };
}

/** Loads a text file. Throws {@link TextMalformedError} or what the source throws. */
export async function loadText(source: FileSource, path: string, options: OpenOptions = {}): Promise<Text> {
  const file = await source.open(path, options);
  if (file.size > MAX_BYTES) throw new TextMalformedError(path, `it has more than ${MAX_BYTES >> 20} MB`);
  const text = await parseText(path, await readAll(file));
  options.signal?.throwIfAborted();
  return text;
}
