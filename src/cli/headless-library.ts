import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspectModel, type ModelInspection } from '../model/inspect-model.ts';
import { openModel, type OpenModel } from '../model/load-model.ts';
import { defaultHub, ModelLibrary } from '../run/model-library.ts';
import { TextLibrary } from '../run/text-library.ts';
import { ModelDownloads } from '../sources/downloads.ts';
import { loadText, type Text } from '../sources/text.ts';
import { FolderSource } from './folder-source.ts';
import { FolderStorage } from './folder-storage.ts';

const site = fileURLToPath(new URL('../../public/', import.meta.url));

export interface HeadlessLibraryOptions {
  /** Folder for models of the Hub; default: `.cache/darwinlm-web` in the user's home. */
  readonly cache: string | undefined;
  /** Address of the Hub. The token for gated models is the environment variable `HF_TOKEN`. */
  readonly hub: string | undefined;
}

const isPath = (text: string): Promise<boolean> => stat(text).then(() => true, () => false);

/** Models and texts by path, or as the page names them. */
export class HeadlessLibrary {
  readonly #models: ModelLibrary;
  readonly #texts: TextLibrary;

  constructor({ cache = join(homedir(), '.cache', 'darwinlm-web'), hub = defaultHub }: HeadlessLibraryOptions) {
    const downloads = new ModelDownloads(new FolderStorage(cache));
    this.#models = new ModelLibrary({ downloads, bundled: () => new FolderSource(join(site, 'models')), given: () => null });
    this.#models.hub = { endpoint: hub, token: process.env['HF_TOKEN'] || null };
    this.#texts = new TextLibrary({ bundled: () => new FolderSource(join(site, 'texts')), given: () => null });
  }

  async inspectModel(model: string): Promise<ModelInspection> {
    return (await isPath(model)) ? await inspectModel(new FolderSource(model)) : await this.#models.inspect(model);
  }

  async openModel(model: string, onProgress: (done: number, total: number | null) => void): Promise<OpenModel> {
    if (await isPath(model)) return await openModel(new FolderSource(model), { tokenizerOf: (base) => this.#models.tokenizerOf(base) });
    return await this.#models.open(model, { onProgress });
  }

  /** A file by its path, with `#field` behind it where it is JSON Lines with another field than `text`. */
  async openText(text: string): Promise<Text> {
    const hash = text.lastIndexOf('#');
    const path = hash < 0 || (await isPath(text)) ? text : text.slice(0, hash);
    if (!(await isPath(path))) return await this.#texts.open(text);
    const field = path === text ? null : decodeURIComponent(text.slice(hash + 1));
    return await loadText(new FolderSource(dirname(path)), basename(path), { field });
  }
}
