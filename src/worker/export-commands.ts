import { explain, ExplainedError } from '../base/explained-error.ts';
import type { LazyBytes } from '../base/lazy-bytes.ts';
import type { FormatId } from '../export/formats.ts';
import type { ExportDesk } from '../run/exports/export-desk.ts';
import type { BlobStorage } from './export-storage.ts';
import type { EngineCommand, EngineMessage } from './protocol.ts';

/** Nothing is there that could be exported. */
class NothingToExportError extends ExplainedError {
  constructor() {
    super({ what: 'The pruned model is no longer here.', means: 'Nothing was written.', remedy: 'Run again, and export before the next run starts.' });
  }
}

/** Milliseconds between two messages of progress. */
const interval = 100;

/** A blob as content, read as it is written. */
const blobBytes = (blob: Blob): LazyBytes => ({
  byteLength: blob.size,
  async *pieces() {
    const step = 1 << 20;
    for (let start = 0; start < blob.size; start += step) yield new Uint8Array(await blob.slice(start, start + step).arrayBuffer());
  },
});

type ExportCommand = Extract<EngineCommand, { type: 'export' | 'export-folder' }>;

/** Answers the page's wishes for files, one after the other. */
export class ExportCommands {
  desk: ExportDesk | null = null;
  readonly #storage: Promise<BlobStorage>;
  readonly #emit: (message: EngineMessage) => void;
  readonly #seconds: () => number;
  #abort: AbortController | null = null;

  constructor(storage: Promise<BlobStorage>, emit: (message: EngineMessage) => void, seconds: () => number) {
    this.#storage = storage;
    this.#emit = emit;
    this.#seconds = seconds;
  }

  /** The storage for the exports of a new run, without those of the one before. */
  async emptied(): Promise<BlobStorage> {
    const storage = await this.#storage;
    for (const { path } of await storage.list()) await storage.remove(path);
    return storage;
  }

  cancel(): void {
    this.#abort?.abort();
  }

  async run(command: ExportCommand): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    try {
      const desk = this.desk;
      if (desk === null) throw new NothingToExportError();
      if (command.type === 'export') {
        for (const format of command.formats) await this.#write(desk, format, command.externalData, abort.signal);
        this.#emit({ type: 'exports-done' });
      } else {
        const files = await desk.writeFolder(command.formats, { events: blobBytes(command.log) });
        this.#emit({ type: 'folder', name: desk.subject.name, files });
      }
    } catch (error) {
      this.#emit({ type: 'export-stopped', explanation: abort.signal.aborted ? null : explain(error) });
    } finally {
      this.#abort = null;
    }
  }

  async #write(desk: ExportDesk, format: FormatId, externalData: boolean, signal: AbortSignal): Promise<void> {
    const before = desk.written;
    let told = 0;
    const exported = await desk.write(format, {
      externalData,
      signal,
      onProgress: (progress) => {
        const now = performance.now();
        if (progress.step === 'preparing' && progress.done < progress.total && now - told < interval) return;
        told = now;
        this.#emit({ type: 'export-progress', ...progress });
      },
    });
    if (!before.includes(exported)) this.#emit({ type: 'events', events: [{ type: 'exported', ...exported, at: this.#seconds() }] });
  }

  /** Sends a file that was written. */
  async send(path: string): Promise<void> {
    try {
      this.#emit({ type: 'file', path, blob: await (await this.#storage).blob(path) });
    } catch {
      this.#emit({ type: 'file-missing', path });
    }
  }
}
