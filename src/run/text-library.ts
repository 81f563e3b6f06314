import { loadBundledText } from '../sources/bundled.ts';
import type { FileSource, SourceFile } from '../sources/file-source.ts';
import { inspectText, type TextInspection } from '../sources/inspect-text.ts';
import { parseTextRef } from '../sources/text-ref.ts';
import { loadTextFile, type Text } from '../sources/text.ts';
import { openUrlFile } from '../sources/url-file.ts';
import { FilesNotGivenError } from './model-library.ts';

export interface TextLibraryOptions {
  /** The folder of the bundled texts. */
  readonly bundled: () => FileSource;
  /** Files that the reader gave under this name. */
  readonly given: (name: string) => FileSource | null;
}

interface NamedFile {
  readonly name: string;
  readonly file: SourceFile;
}

/** Texts by their references (sources/text-ref.ts): bundled, given by the reader, or at an address. */
export class TextLibrary {
  readonly #options: TextLibraryOptions;

  constructor(options: TextLibraryOptions) {
    this.#options = options;
  }

  /** What a text is, from its beginning. Throws TextRefError and what reading throws. */
  async inspect(text: string): Promise<TextInspection> {
    const found = await this.#find(text);
    if (found) return await inspectText(found.file, found.name);
    const { name, documents, bytes } = await this.open(text);
    return { name, bytes, format: 'text', fields: [], sample: (documents[0] ?? '').slice(0, 400) };
  }

  /** Reads a text, or as much of a large one as is needed. */
  async open(text: string): Promise<Text> {
    const ref = parseTextRef(text);
    const found = await this.#find(text);
    return found ? await loadTextFile(found.name, found.file, { field: ref.field }) : await loadBundledText(this.#options.bundled(), text);
  }

  /** Null for a bundled text, which has an index of its own. */
  async #find(text: string): Promise<NamedFile | null> {
    const ref = parseTextRef(text);
    if (ref.kind === 'bundled') return null;
    if (ref.kind === 'url') return { name: new URL(ref.url).pathname.split('/').at(-1) ?? ref.url, file: await openUrlFile(ref.url) };
    const source = this.#options.given(ref.name);
    const [path] = (await source?.list?.()) ?? [];
    if (!source || path === undefined) throw new FilesNotGivenError(ref.name);
    return { name: ref.name, file: await source.open(path) };
  }
}
