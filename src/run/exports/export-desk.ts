import { textBytes } from '../../base/lazy-bytes.ts';
import type { LazyBytes } from '../../base/lazy-bytes.ts';
import { manifest } from '../../export/folder/manifest.ts';
import { formatIds, formatOf, isQuantised } from '../../export/formats.ts';
import type { FormatId } from '../../export/formats.ts';
import { sizeOf } from '../../export/planned-file.ts';
import type { PlannedFile } from '../../export/planned-file.ts';
import { writePlannedFile } from '../../export/write-file.ts';
import type { WrittenFile } from '../../export/write-file.ts';
import { MANIFEST } from '../../model/export-manifest.ts';
import type { Storage } from '../../storage/storage.ts';
import type { ExportedFormat, ExportProgress, FormatCheck, FormatOffer, FolderEntry } from './export-events.ts';
import type { ExportSubject } from './export-subject.ts';
import { folderPlace } from './folder-place.ts';
import { folderFiles } from './folder-files.ts';
import type { RunFacts } from './run-facts.ts';
import type { Prover } from './prover.ts';
import { readStoredOnnx } from './read-stored.ts';
import { offer, unavailable, weightFiles } from './weight-files.ts';
import { FormatUnavailableError, NotOpenedError } from './export-errors.ts';

/** Files are opened in one piece, which has to fit into the memory of a program that addresses 4 GB, with what it makes of it. Bytes. */
const LARGEST_CHECKED = 1.9e9;

export interface ExportDeskOptions {
  readonly subject: ExportSubject;
  readonly storage: Storage;
  /** Why no file can be opened here stands in its place. */
  readonly prover: Prover | { readonly absent: string };
  /** What comes before the paths of a format in the storage; default: a folder named by its id. */
  readonly place?: (format: FormatId) => string;
}

export interface WriteFormatOptions {
  /** ONNX weights in a file of their own. */
  readonly externalData?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: ExportProgress) => void;
}

export interface WriteFolderOptions {
  /** The run's events, one a line, where they are to be in the folder. */
  readonly events?: LazyBytes | null;
  /** What comes before the paths of the small files in the storage. */
  readonly place?: string;
}

/** Writes one model in any format into a storage, opens each ONNX file again, and remembers what is there. */
export class ExportDesk {
  readonly subject: ExportSubject;
  /** The run that the model came from, once it is over; what the model card and the folder tell. */
  run: RunFacts | null = null;
  readonly #storage: Storage;
  readonly #prover: ExportDeskOptions['prover'];
  readonly #place: (format: FormatId) => string;
  readonly #written = new Map<FormatId, { readonly externalData: boolean; readonly result: ExportedFormat }>();

  constructor({ subject, storage, prover, place = (format) => `${format}/` }: ExportDeskOptions) {
    this.subject = subject;
    this.#storage = storage;
    this.#prover = prover;
    this.#place = place;
  }

  /** Every format with its sizes, or why it cannot be had. No weight is read for it. */
  offers(): FormatOffer[] {
    return formatIds.map((format) => offer(this.subject, format));
  }

  /** What was written so far. */
  get written(): readonly ExportedFormat[] {
    return [...this.#written.values()].map(({ result }) => result);
  }

  /** Path in the storage of a file of a format. */
  stored(format: FormatId, path: string): string {
    return this.#place(format) + path;
  }

  /**
   * Writes a format, a piece at a time, and checks it; one that is still there stays as it is. What was half written when
   * it failed or was cancelled is removed. Throws {@link FormatUnavailableError}, ExportMismatchError, StorageFullError, the
   * signal's reason.
   */
  async write(format: FormatId, { externalData: wanted = false, signal, onProgress = () => undefined }: WriteFormatOptions = {}): Promise<ExportedFormat> {
    const externalData = wanted && formatOf(format).kind === 'onnx'; // others know no such thing
    const known = this.#written.get(format);
    if (known?.externalData === externalData && (await this.#isThere(format, known.result))) return known.result;
    const reason = unavailable(this.subject, format);
    if (reason) throw new FormatUnavailableError(format, reason);
    if (known) await this.#remove(format, known.result.files);
    this.#written.delete(format);
    const plan = weightFiles(this.subject, format, externalData);
    try {
      const files = await this.#writeFiles(format, plan, { signal, onProgress });
      const result = { format, files, ...(await this.#check(format, files, onProgress)) };
      signal?.throwIfAborted();
      this.#written.set(format, { externalData, result });
      return result;
    } catch (error) {
      await this.#remove(format, plan).catch(() => undefined); // the first error is the one to tell
      throw error;
    }
  }

  async #writeFiles(format: FormatId, plan: readonly PlannedFile[], { signal, onProgress }: Pick<WriteFormatOptions, 'signal' | 'onProgress'>): Promise<WrittenFile[]> {
    const total = sizeOf(plan);
    const files: WrittenFile[] = [];
    let before = 0;
    for (const { path, content } of plan) {
      const done = before;
      const report = (written: number): void => onProgress?.({ format, step: 'preparing', done: done + written, total });
      const written = await writePlannedFile(this.#storage, { path: this.stored(format, path), content }, { signal, onProgress: report });
      files.push({ ...written, path });
      before += content.byteLength;
    }
    return files;
  }

  async #check(format: FormatId, files: readonly WrittenFile[], onProgress: (progress: ExportProgress) => void): Promise<{ check: FormatCheck | null; notChecked: string | null }> {
    const not = (notChecked: string) => ({ check: null, notChecked });
    if (formatOf(format).kind !== 'onnx') return not('the program that wrote it opens ONNX files only');
    if (!('check' in this.#prover)) return not(this.#prover.absent);
    if (this.#bytesToOpen(format, files) > LARGEST_CHECKED) return not('it is too large to be opened where it was written');
    const report = (done: number, total: number): void => onProgress({ format, step: 'checking', done, total });
    report(0, 1);
    const read = () => readStoredOnnx(this.#storage, files.map(({ path }) => this.stored(format, path)));
    try {
      return { check: await this.#prover.check(format, read, report), notChecked: null };
    } catch (error) {
      if (error instanceof NotOpenedError) return not(`it could not be opened where it was written (${error.explanation.what})`);
      throw error;
    }
  }

  /** Beside a quantised file its weights are brought to the device in float32, to compare it with. */
  #bytesToOpen(format: FormatId, files: readonly WrittenFile[]): number {
    const own = files.reduce((sum, { size }) => sum + size, 0);
    return isQuantised(format) ? Math.max(own, sizeOf(weightFiles(this.subject, 'onnx-fp32', false))) : own;
  }

  /** Whether the files of a format are still as they were written: somebody may have deleted them to make room. */
  async #isThere(format: FormatId, { files }: ExportedFormat): Promise<boolean> {
    const sizes = new Map((await this.#storage.list()).map(({ path, size }) => [path, size]));
    return files.every(({ path, size }) => sizes.get(this.stored(format, path)) === size);
  }

  async #remove(format: FormatId, files: readonly { readonly path: string }[]): Promise<void> {
    for (const { path } of files) await this.#storage.remove(this.stored(format, path));
  }

  /**
   * The rest of a model folder with these formats, which were written before: configurations, tokenizer, model card, the
   * run, and last the manifest. Returns all files of the folder, and where each lies in the storage.
   */
  async writeFolder(formats: readonly FormatId[], { events = null, place = 'folder/' }: WriteFolderOptions = {}): Promise<FolderEntry[]> {
    const written = formats.flatMap((format) => this.#written.get(format)?.result ?? []);
    const entries: FolderEntry[] = [];
    for (const { path, content } of folderFiles({ subject: this.subject, written, formats }, this.run, events)) {
      const file = await writePlannedFile(this.#storage, { path: place + path, content });
      entries.push({ ...file, path, stored: place + path });
    }
    for (const { format, files } of written) {
      for (const file of files) entries.push({ ...file, path: folderPlace(format, formats) + file.path, stored: this.stored(format, file.path) });
    }
    const stored = place + MANIFEST;
    const last = await writePlannedFile(this.#storage, { path: stored, content: textBytes(manifest(entries)) });
    return [...entries, { ...last, path: MANIFEST, stored }];
  }
}
