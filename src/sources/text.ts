import type { FileSource, OpenOptions, SourceFile } from './file-source.ts';
import { looksLikeRecords, recordTexts } from './jsonl-records.ts';
import { sourceLimits } from './limits.ts';
import { memoryFile } from './memory-source.ts';
import { TextMalformedError } from './text-errors.ts';
import { readText } from './text-slices.ts';
import type { ReadLimits } from './text-slices.ts';

/** A text to calibrate, train or measure on. */
export interface Text {
  readonly name: string;
  /** Books, records, or whatever the text is made of; never empty, lines end in `\n`. */
  readonly documents: readonly string[];
  /** UTF-16 units of all documents. */
  readonly characters: number;
  /** Bytes of the file, packed where it is, and how many of them were read. */
  readonly bytes: number;
  readonly bytesRead: number;
  /** Whether the documents are short records, of which a sequence holds several. */
  readonly packed: boolean;
}

export interface TextOptions extends OpenOptions, Partial<ReadLimits> {
  /** The field of JSON Lines that holds the text; null or none: `text`. */
  readonly field?: string | null | undefined;
}

/** Blank lines part documents only where that leaves documents of some length; else they part paragraphs. */
const MIN_MEAN_DOCUMENT = 4096;

/**
 * The documents of a text: parts between blank lines where these are books, else the whole as one document (a text whose
 * paragraphs stand between blank lines).
 */
export function splitDocuments(text: string): string[] {
  const whole = text.replace(/^\n+/, '').replace(/(?<!\n)\n+$/, '');
  // No more parts than matter: a text of short lines has millions. The first and the last may be blank.
  const most = Math.floor(whole.length / MIN_MEAN_DOCUMENT) + 3;
  const found = whole.split(/\n[\t ]*\n\s*/, most);
  if (found.length === most) return [whole];
  const parts = found.filter((part) => part.trim() !== '');
  if (parts.length === 0) return [];
  return whole.length / parts.length >= MIN_MEAN_DOCUMENT ? parts : [whole];
}

/** Whether a file is read as JSON Lines: by its name, by a field asked for, or because it looks like it. */
export function isRecords(name: string, beginning: string, field: string | null | undefined): boolean {
  if (field !== null && field !== undefined) return true;
  return /\.(?:jsonl|ndjson)(?:\.gz)?$/i.test(name) || looksLikeRecords(beginning);
}

/**
 * Reads a text file: plain text or JSON Lines in UTF-8, gzipped or not (known by its first bytes). Of a large file only slices
 * are read. Progress counts bytes or characters. Throws {@link TextMalformedError}, TextFieldError, or what the file throws.
 */
export async function loadTextFile(name: string, file: SourceFile, options: TextOptions = {}): Promise<Text> {
  const { field = null, wholeBytes = sourceLimits.text, mostCharacters = sourceLimits.textCharacters, signal, onProgress } = options;
  const { stretches, bytesRead } = await readText(name, file, { wholeBytes, mostCharacters, signal, onProgress });
  const packed = isRecords(name, (stretches[0] ?? '').slice(0, 65_536), field);
  const documents = packed
    ? recordTexts(name, stretches.join('\n'), field)
    : stretches.flatMap((stretch) => splitDocuments(stretch.replaceAll('\r\n', '\n')));
  if (documents.length === 0) throw new TextMalformedError(name, 'it is empty');
  const characters = documents.reduce((sum, document) => sum + document.length, 0);
  return { name, documents, characters, bytes: file.size, bytesRead, packed };
}

/** A text from the bytes of a file; see {@link loadTextFile}. */
export async function parseText(name: string, bytes: Uint8Array<ArrayBuffer>, options: TextOptions = {}): Promise<Text> {
  return loadTextFile(name, memoryFile(bytes), options);
}

/** Loads a text file of a source; see {@link loadTextFile}. */
export async function loadText(source: FileSource, path: string, options: TextOptions = {}): Promise<Text> {
  return loadTextFile(path, await source.open(path, { signal: options.signal }), options);
}
