import type { FileSource, OpenOptions, SourceFile } from './file-source.ts';
import type { ModelAbout } from './model-about.ts';

/** A folder inside another source, with what is known of the model in it. */
export class Subfolder implements FileSource {
  readonly name: string;
  readonly about: ModelAbout;
  readonly #source: FileSource;
  readonly #folder: string;
  readonly #paths: readonly string[];

  /** `paths`: the files that are in the folder, relative to it. */
  constructor(source: FileSource, folder: string, { about, paths }: { readonly about: ModelAbout; readonly paths: readonly string[] }) {
    this.name = about.name;
    this.about = about;
    this.#source = source;
    this.#folder = folder;
    this.#paths = paths;
  }

  open(path: string, options?: OpenOptions): Promise<SourceFile> {
    return this.#source.open(`${this.#folder}/${path}`, options);
  }

  async list(): Promise<readonly string[]> {
    return this.#paths.toSorted();
  }
}
