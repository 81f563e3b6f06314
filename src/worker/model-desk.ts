import { explain } from '../base/explained-error.ts';
import { ModelLibrary } from '../run/model-library.ts';
import { TextLibrary } from '../run/text-library.ts';
import { ModelDownloads } from '../sources/downloads.ts';
import { FilesSource } from '../sources/files-source.ts';
import { UrlSource } from '../sources/url-source.ts';
import { StorageUnavailableError } from '../storage/storage-errors.ts';
import type { Storage } from '../storage/storage.ts';
import type { DeskCommand } from './desk-commands.ts';
import type { DownloadState, EngineMessage, GivenFile } from './protocol.ts';

/** Models and texts that runs are made of: looked into, fetched, listed and deleted, beside whatever the engine computes. */
export class ModelDesk {
  readonly models: ModelLibrary;
  readonly texts: TextLibrary;
  readonly #emit: (message: EngineMessage) => void;
  readonly #storage: Storage;
  readonly #given = new Map<string, FilesSource>();
  readonly #downloading = new Map<string, AbortController>();

  /** `place`: the address of a path below the site's base. */
  constructor(emit: (message: EngineMessage) => void, storage: Storage, place: (path: string) => URL) {
    this.#emit = emit;
    this.#storage = storage;
    const given = (name: string): FilesSource | null => this.#given.get(name) ?? null;
    this.models = new ModelLibrary({ downloads: new ModelDownloads(storage), bundled: () => new UrlSource(place('models/')), given });
    this.texts = new TextLibrary({ bundled: () => new UrlSource(place('texts/')), given });
  }

  receive(command: DeskCommand): void {
    switch (command.type) {
      case 'set-hub':
        this.models.hub = { endpoint: command.endpoint, token: command.token };
        return;
      case 'give-files':
        return this.#give(command.name, command.files);
      case 'cancel-download':
        return this.#downloading.get(command.model)?.abort();
      default:
        void this.#attend(command).catch(reportError);
    }
  }

  #give(name: string, files: readonly GivenFile[]): void {
    try {
      this.#given.set(name, new FilesSource(name, files));
    } catch (error) {
      this.#emit({ type: 'inspect-failed', subject: `local:${name}`, explanation: explain(error) });
    }
  }

  async #attend(command: Extract<DeskCommand, { type: 'inspect' | 'download' | 'list-stored' | 'delete-stored' | 'inspect-text' }>): Promise<void> {
    switch (command.type) {
      case 'inspect':
        return await this.#inspect(command.model);
      case 'inspect-text':
        return await this.#inspectText(command.text);
      case 'download':
        return await this.#download(command.model);
      case 'delete-stored':
        await this.#delete(command.model);
        return await this.#list();
      case 'list-stored':
        return await this.#list();
    }
  }

  async #inspect(model: string): Promise<void> {
    try {
      this.#emit({ type: 'inspected', model, inspection: await this.models.inspect(model) });
    } catch (error) {
      this.#emit({ type: 'inspect-failed', subject: model, explanation: explain(error) });
    }
  }

  async #inspectText(text: string): Promise<void> {
    try {
      this.#emit({ type: 'text-inspected', text, inspection: await this.texts.inspect(text) });
    } catch (error) {
      this.#emit({ type: 'inspect-failed', subject: text, explanation: explain(error) });
    }
  }

  async #download(model: string): Promise<void> {
    if (this.#downloading.has(model)) return;
    const controller = new AbortController();
    this.#downloading.set(model, controller);
    const tell = (download: DownloadState): void => this.#emit({ type: 'download', model, download });
    let at = { done: 0, total: 0 };
    try {
      await this.models.download(model, {
        signal: controller.signal,
        onProgress: (progress) => {
          at = progress;
          tell({ status: 'running', ...progress });
        },
      });
      tell({ status: 'done', total: at.total });
    } catch (error) {
      tell({ status: 'stopped', done: at.done, total: at.total, explanation: controller.signal.aborted ? null : explain(error) });
    } finally {
      this.#downloading.delete(model);
    }
    await this.#list();
  }

  async #delete(model: string): Promise<void> {
    this.#downloading.get(model)?.abort();
    try {
      await this.models.downloads.remove(model);
    } catch (error) {
      this.#emit({ type: 'inspect-failed', subject: model, explanation: explain(error) });
    }
  }

  async #list(): Promise<void> {
    try {
      const [models, estimate] = await Promise.all([this.models.downloads.list(), this.#storage.estimate()]);
      this.#emit({ type: 'stored', models, usage: estimate?.usage ?? null, quota: estimate?.quota ?? null });
    } catch (error) {
      if (!(error instanceof StorageUnavailableError)) throw error;
      this.#emit({ type: 'stored', models: [], usage: null, quota: null });
    }
  }
}
