import type { Explanation } from '../base/explained-error.ts';
import type { FormatId } from '../export/formats.ts';
import type { ExportProgress, FolderEntry } from '../run/exports/export-events.ts';
import type { EngineCommand, EngineMessage } from '../worker/protocol.ts';
import { beginExporting, reduceExporting, type Exporting } from './reduce-exporting.ts';
import { engineStore } from './run-store.ts';

const types = ['export-progress', 'exports-done', 'folder', 'export-stopped', 'file', 'file-missing'] as const;
export type ExportMessage = Extract<EngineMessage, { type: (typeof types)[number] }>;

const known: ReadonlySet<string> = new Set(types);
export const isExportMessage = (message: EngineMessage): message is ExportMessage => known.has(message.type);

/** The model folder as the engine has it ready: small files, then weights, the manifest last. */
export interface PreparedFolder {
  readonly name: string;
  readonly files: readonly FolderEntry[];
}

/** How an export ended: with a folder where one was asked for; `explanation` is null where it was cancelled. */
export type ExportEnd =
  | { readonly status: 'done'; readonly folder: PreparedFolder | null }
  | { readonly status: 'stopped'; readonly explanation: Explanation | null };

const cancelled: ExportEnd = { status: 'stopped', explanation: null };

const busy: ExportEnd = {
  status: 'stopped',
  explanation: { what: 'Another export is under way.', means: 'One is written after the other.', remedy: 'Wait until it is finished, or cancel it.' },
};

/** Commands about what the winner is written as; what the engine answers goes into the engine store or settles a promise. */
export class ExportCommands {
  private readonly send: (command: EngineCommand) => void;
  private readonly log: () => Blob;
  private end: ((end: ExportEnd) => void) | null = null;
  /** Formats of the folder that is to follow when they are written. */
  private folder: readonly FormatId[] | null = null;
  /** Who waits for a file, by its path; the same file may be asked for more than once. */
  private readonly waiting = new Map<string, ((blob: Blob | null) => void)[]>();

  /** `log`: the run's events, one a line, as the folder is to have them. */
  constructor(send: (command: EngineCommand) => void, log: () => Blob) {
    this.send = send;
    this.log = log;
  }

  /** Writes the winner in these formats; those that are there already stay as they are. One export at a time. */
  exportFormats(formats: readonly FormatId[], externalData: boolean): Promise<ExportEnd> {
    return this.begin('formats', formats, externalData);
  }

  /** As `exportFormats`, and the whole model folder around them, the run's events in it. */
  exportFolder(formats: readonly FormatId[], externalData: boolean): Promise<ExportEnd> {
    return this.begin('folder', formats, externalData);
  }

  /** Asks the engine to give up the export that is under way; it ends when the engine says so. */
  cancelExport(): void {
    if (this.end === null) return;
    engineStore.setState(({ exporting }) => ({ exporting: exporting && { ...exporting, cancelling: true } }));
    this.send({ type: 'cancel-export' });
  }

  /** A finished file by its path in the engine's storage, on the disk and not copied; null where the engine no longer has it. */
  fetchFile(path: string): Promise<Blob | null> {
    return new Promise((resolve) => {
      const others = this.waiting.get(path);
      if (others) return void others.push(resolve);
      this.waiting.set(path, [resolve]);
      this.send({ type: 'fetch-file', path });
    });
  }

  /** A file of a format that was exported; its path as the event told it. */
  fetchExported(format: FormatId, path: string): Promise<Blob | null> {
    return this.fetchFile(`${format}/${path}`);
  }

  receive(message: ExportMessage): void {
    switch (message.type) {
      case 'export-progress':
        return this.follow(message);
      case 'exports-done':
        return this.goOn();
      case 'folder':
        return this.settle({ status: 'done', folder: { name: message.name, files: message.files } });
      case 'export-stopped':
        return this.settle({ status: 'stopped', explanation: message.explanation });
      case 'file':
        return this.deliver(message.path, message.blob);
      case 'file-missing':
        return this.deliver(message.path, null);
    }
  }

  /** Nothing that was asked for will come: the engine broke down (`explanation`), or the run was given up for another. */
  abandon(explanation: Explanation | null): void {
    this.settle(explanation ? { status: 'stopped', explanation } : cancelled);
    for (const path of this.waiting.keys()) this.deliver(path, null);
  }

  private begin(purpose: Exporting['purpose'], formats: readonly FormatId[], externalData: boolean): Promise<ExportEnd> {
    if (this.end !== null) return Promise.resolve(busy);
    this.folder = purpose === 'folder' ? formats : null;
    engineStore.setState({ exporting: beginExporting(purpose) });
    return new Promise((resolve) => {
      this.end = resolve;
      this.send({ type: 'export', formats, externalData });
    });
  }

  /** All formats are written. The folder comes after them, so that its events tell of them too. */
  private goOn(): void {
    const formats = this.folder;
    if (formats === null) return this.settle({ status: 'done', folder: null });
    if (engineStore.getState().exporting?.cancelling) return this.settle(cancelled);
    this.send({ type: 'export-folder', formats, log: this.log() });
  }

  private follow({ format, step, done, total }: ExportProgress): void {
    engineStore.setState(({ exporting }) => ({ exporting: exporting && reduceExporting(exporting, { format, step, done, total }, performance.now()) }));
  }

  private settle(end: ExportEnd): void {
    const resolve = this.end;
    this.end = null;
    this.folder = null;
    if (engineStore.getState().exporting !== null) engineStore.setState({ exporting: null });
    resolve?.(end);
  }

  private deliver(path: string, blob: Blob | null): void {
    const resolves = this.waiting.get(path) ?? [];
    this.waiting.delete(path);
    for (const resolve of resolves) resolve(blob);
  }
}
