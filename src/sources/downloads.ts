import type { Storage } from '../storage/storage.ts';
import { downloadFile } from './download-file.ts';
import { DownloadTooLargeError, ModelNotStoredError } from './download-errors.ts';
import { ProgressTeller } from './download-progress.ts';
import type { DownloadProgress } from './download-progress.ts';
import { neededFiles } from './needed-files.ts';
import type { RemoteFile, RemoteFolder } from './remote-folder.ts';
import { folderModel, modelFolder, MODELS, readRecord, storedPath, writeRecord } from './stored-record.ts';
import type { RecordName, StoredRecord } from './stored-record.ts';
import { StoredSource } from './stored-source.ts';

/** What a download has to do. */
export interface DownloadPlan {
  /** In the order of their coming; `present` bytes of each are here already. */
  readonly files: readonly (RemoteFile & { readonly present: number })[];
  /** Bytes. */
  readonly present: number;
  readonly total: number;
  /** All is here and was checked: there is nothing to do. */
  readonly complete: boolean;
}

/** A model in the storage; the same shape as worker/protocol.ts has. */
export interface StoredModel {
  /** As model-ref.ts writes it. */
  readonly model: string;
  /** Bytes that are here, and that the whole has. */
  readonly bytes: number;
  readonly total: number;
  readonly complete: boolean;
  readonly licence: string | null;
  /** ISO date of the last byte that came. */
  readonly storedAt: string;
}

export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  /** At most about four times a second, and for each new file. */
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
}

const PAUSES = [500, 1000, 2000, 4000, 8000];

function sameContent(a: RemoteFile, b: RemoteFile | undefined): boolean {
  return b !== undefined && a.size === b.size && a.sha256 === b.sha256 && a.etag === b.etag;
}

function sum(sizes: Iterable<number>): number {
  return [...sizes].reduce((total, size) => total + size, 0);
}

/** Models of servers, kept in a storage: each in a folder of its own, whole once its marker (`complete.json`) is written, last of all. */
export class ModelDownloads {
  readonly #storage: Storage;
  readonly #pauses: readonly number[];

  /** `pauses`: milliseconds to wait after each failure in a row of a file. */
  constructor(storage: Storage, { pauses = PAUSES }: { readonly pauses?: readonly number[] } = {}) {
    this.#storage = storage;
    this.#pauses = pauses;
  }

  async #sizes(folder: string): Promise<ReadonlyMap<string, number>> {
    return new Map((await this.#storage.list(folder)).map(({ path, size }) => [path, size]));
  }

  /** The record of a model that is whole: its marker and every file in its size. */
  async #complete(model: string, sizes: ReadonlyMap<string, number>): Promise<StoredRecord | null> {
    const record = await readRecord(this.#storage, model, 'complete.json');
    const whole = record?.files.every(({ path, size }) => sizes.get(storedPath(modelFolder(model), path)) === size) ?? false;
    return whole ? record : null;
  }

  /**
   * What `download` would fetch; reads the index of sharded weights, fetches nothing else and changes nothing.
   * Throws NoModelFilesError, ShardIndexError, ModelNameTooLongError and the errors of the remote folder.
   */
  async plan(remote: RemoteFolder, signal?: AbortSignal): Promise<DownloadPlan> {
    const needed = await neededFiles(remote, signal);
    const folder = modelFolder(remote.model);
    const sizes = await this.#sizes(folder);
    const planned = await readRecord(this.#storage, remote.model, 'plan.json');
    const old = new Map(planned?.files.map((file) => [file.path, file]));
    const files = needed.map((file) => {
      const here = sizes.get(storedPath(folder, file.path)) ?? 0;
      return { ...file, present: sameContent(file, old.get(file.path)) && here <= file.size ? here : 0 };
    });
    const present = sum(files.map((file) => file.present));
    const total = sum(files.map(({ size }) => size));
    const marked = await this.#complete(remote.model, sizes);
    const same = marked?.files.length === files.length && marked.files.every(({ path }) => files.some((file) => file.path === path));
    return { files, present, total, complete: same && present === total };
  }

  /**
   * Fetches what is missing of a model, checks it and marks it as complete; files that it fetched before are gone on with. When it throws,
   * what came is kept. Throws {@link DownloadTooLargeError} before anything is fetched, StorageBusyError where another tab fetches the
   * same model, and the errors of {@link plan} and of `downloadFile`.
   */
  async download(remote: RemoteFolder, { signal, onProgress = () => undefined }: DownloadOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    const folder = modelFolder(remote.model);
    // Locked against other tabs, which see it in `list` meanwhile.
    const lock = await this.#storage.open(`${folder}/lock`, { create: true });
    try {
      const plan = await this.plan(remote, signal);
      const teller = new ProgressTeller(plan.files, onProgress);
      if (!plan.complete) {
        await this.#checkRoom(remote, plan);
        await this.#discardStale(folder, plan);
        await this.#fetchAll(remote, plan, teller, signal);
      }
      teller.finish();
    } finally {
      await lock[Symbol.asyncDispose]();
    }
  }

  async #checkRoom(remote: RemoteFolder, { total, present }: DownloadPlan): Promise<void> {
    const estimate = await this.#storage.estimate();
    if (!estimate) return;
    const free = Math.max(0, estimate.quota - estimate.usage);
    if (total - present > free) throw new DownloadTooLargeError(remote.name, this.#storage.name, total - present, free);
  }

  /** Takes away the marker, and what is of another content than is planned. */
  async #discardStale(folder: string, { files }: DownloadPlan): Promise<void> {
    await this.#storage.remove(`${folder}/complete.json`);
    const kept = new Set(files.filter(({ present }) => present > 0).map(({ path }) => storedPath(folder, path)));
    for (const { path } of await this.#storage.list(`${folder}/files`)) if (!kept.has(path)) await this.#storage.remove(path);
  }

  async #fetchAll(remote: RemoteFolder, plan: DownloadPlan, teller: ProgressTeller, signal: AbortSignal | undefined): Promise<void> {
    const files = new Map<string, RemoteFile>(plan.files.map(({ path, size, sha256, etag }) => [path, { path, size, sha256, etag }]));
    const write = (name: RecordName, content: Iterable<RemoteFile>): Promise<void> =>
      writeRecord(this.#storage, { version: 1, model: remote.model, about: remote.about, files: [...content], storedAt: new Date().toISOString() }, name);
    await write('plan.json', files.values());
    const fetched: RemoteFile[] = [];
    try {
      for (const { path, present } of plan.files) {
        const change = async (file: RemoteFile): Promise<void> => {
          files.set(path, file);
          await write('plan.json', files.values());
        };
        const file = files.get(path);
        if (file) fetched.push(await this.#fetch(remote, file, present, change, teller, signal));
      }
    } catch (cause) {
      // For the date of the last byte; a disk that is full, or a browser that is closing, may not take it.
      await write('plan.json', files.values()).catch(() => undefined);
      throw cause;
    }
    await write('complete.json', fetched);
  }

  async #fetch(
    remote: RemoteFolder,
    file: RemoteFile,
    present: number,
    change: (file: RemoteFile) => Promise<void>,
    teller: ProgressTeller,
    signal: AbortSignal | undefined,
  ): Promise<RemoteFile> {
    let { size } = file;
    teller.update(file.path, present, size);
    return downloadFile({
      storage: this.#storage,
      place: storedPath(modelFolder(remote.model), file.path),
      remote,
      file,
      signal,
      pauses: this.#pauses,
      onBytes: (done) => teller.update(file.path, done, size),
      onChange: async (changed) => {
        size = changed.size;
        await change(changed);
      },
    });
  }

  /** Every model, whole or in part, sorted by name. */
  async list(): Promise<readonly StoredModel[]> {
    const sizes = await this.#sizes(MODELS);
    const names = new Set([...sizes.keys()].map((path) => path.split('/')[1] ?? ''));
    const models = [...names].flatMap((name) => folderModel(name) ?? []).sort();
    return Promise.all(models.map((model) => this.#describe(model, sizes)));
  }

  async #describe(model: string, sizes: ReadonlyMap<string, number>): Promise<StoredModel> {
    const complete = await this.#complete(model, sizes);
    const record = complete ?? (await readRecord(this.#storage, model, 'plan.json'));
    const bytes = sum([...sizes].filter(([path]) => path.startsWith(`${modelFolder(model)}/files/`)).map(([, size]) => size));
    return {
      model,
      bytes,
      total: record ? sum(record.files.map(({ size }) => size)) : bytes,
      complete: complete !== null,
      licence: record?.about.licence ?? null,
      storedAt: record?.storedAt ?? new Date(0).toISOString(),
    };
  }

  /** Whether {@link open} would find the model whole. */
  async has(model: string): Promise<boolean> {
    return (await this.#complete(model, await this.#sizes(modelFolder(model)))) !== null;
  }

  /** The files of a model that is whole, without any network. Throws {@link ModelNotStoredError}. */
  async open(model: string): Promise<StoredSource> {
    const sizes = await this.#sizes(modelFolder(model));
    const record = await this.#complete(model, sizes);
    if (!record) throw new ModelNotStoredError(model, sizes.size === 0 ? 'it is not stored' : 'it is not complete');
    return new StoredSource(this.#storage, record);
  }

  /** Deletes a model, whole or in part; nothing happens where there is none. Throws StorageBusyError while it is being downloaded. */
  async remove(model: string): Promise<void> {
    await this.#storage.remove(modelFolder(model));
  }
}
