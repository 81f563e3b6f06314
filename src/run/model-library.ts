import { ExplainedError } from '../base/explained-error.ts';
import { inspectModel, type ModelInspection } from '../model/inspect-model.ts';
import { openModel, type OpenModel } from '../model/load-model.ts';
import { openBundledModel } from '../sources/bundled.ts';
import type { DownloadOptions, ModelDownloads } from '../sources/downloads.ts';
import type { FileSource, OpenOptions } from '../sources/file-source.ts';
import { parseModelRef, type ModelRef } from '../sources/model-ref.ts';
import type { RemoteFolder } from '../sources/remote-folder.ts';
import { RemoteSource } from '../sources/remote-source.ts';

export interface HubSettings {
  /** Address of the Hub or of a mirror. */
  readonly endpoint: string;
  /** For gated models; kept in memory only. */
  readonly token: string | null;
}

export const defaultHub = 'https://huggingface.co';

export interface ModelLibraryOptions {
  /** Models fetched before, and place for more. */
  readonly downloads: ModelDownloads;
  /** The folder of the bundled models. */
  readonly bundled: () => FileSource;
  /** Files that the reader gave under this name. */
  readonly given: (name: string) => FileSource | null;
}

/** Files of a `local:` model or text that were given in another session. */
export class FilesNotGivenError extends ExplainedError {
  constructor(name: string) {
    super({
      what: `The files called ${JSON.stringify(name.slice(0, 120))} are not here.`,
      means: 'Files from this computer are known only until the page is closed.',
      remedy: 'Choose the folder or the file again.',
    });
  }
}

/** Models by their references (sources/model-ref.ts): bundled, given by the reader, stored, or on a server. */
export class ModelLibrary {
  readonly downloads: ModelDownloads;
  hub: HubSettings = { endpoint: defaultHub, token: null };
  readonly #options: ModelLibraryOptions;

  constructor(options: ModelLibraryOptions) {
    this.#options = options;
    this.downloads = options.downloads;
  }

  /** What a model is and needs; of one on a server only the configuration and headers are fetched. Throws ModelRefError and what opening throws. */
  async inspect(model: string, signal?: AbortSignal): Promise<ModelInspection> {
    const here = await this.#here(model);
    if (here) return await inspectModel(here, { signal });
    const remote = await this.#remote(model, signal);
    const inspection = await inspectModel(new RemoteSource(remote), { here: false, signal });
    const { files } = await this.downloads.plan(remote, signal);
    return { ...inspection, about: remote.about, files: files.map(({ path, size }) => ({ path, bytes: size })) };
  }

  /** Opens a model; one on a server is fetched into the storage first. Progress counts its bytes. */
  async open(model: string, options: OpenOptions = {}): Promise<OpenModel> {
    const { signal, onProgress } = options;
    let source = await this.#here(model);
    if (!source) {
      await this.download(model, { signal, onProgress: ({ done, total }) => onProgress?.(done, total) });
      source = await this.downloads.open(model);
    }
    return await openModel(source, { ...options, tokenizerOf: (base) => this.tokenizerOf(base) });
  }

  /** Fetches a model of a server into the storage, or goes on with it. */
  async download(model: string, options: DownloadOptions = {}): Promise<void> {
    await this.downloads.download(await this.#remote(model, options.signal), options);
  }

  /** Null where the model is on a server and not, or not wholly, in the storage. */
  async #here(model: string): Promise<FileSource | null> {
    const ref = parseModelRef(model);
    switch (ref.kind) {
      case 'bundled':
        return await openBundledModel(this.#options.bundled(), ref.id);
      case 'local': {
        const given = this.#options.given(ref.name);
        if (!given) throw new FilesNotGivenError(ref.name);
        return given;
      }
      default:
        return (await this.downloads.has(model)) ? await this.downloads.open(model) : null;
    }
  }

  /** What talks to servers is loaded when it is first needed. */
  async #remote(model: string, signal: AbortSignal | undefined): Promise<RemoteFolder> {
    const ref: ModelRef = parseModelRef(model);
    if (ref.kind === 'hub') {
      const { openHub } = await import('../sources/hub-source.ts');
      return await openHub({ ...this.hub, id: ref.id, revision: ref.revision, signal });
    }
    if (ref.kind === 'url') {
      const { openUrlFolder } = await import('../sources/url-folder.ts');
      return await openUrlFolder({ base: ref.base, signal });
    }
    throw new FilesNotGivenError(model);
  }

  /** The files of the model that an exported one was made from, for its tokenizer; null where they are not here. */
  async tokenizerOf(base: string): Promise<FileSource | null> {
    try {
      return await this.#here(base);
    } catch (error) {
      if (error instanceof ExplainedError) return null;
      throw error;
    }
  }
}
