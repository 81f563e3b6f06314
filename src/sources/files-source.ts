import { ExplainedError } from '../base/explained-error.ts';
import { checkPath, checkRange, FileMissingError, FileUnreadableError } from './file-source.ts';
import type { FileSource, OpenOptions, SourceFile } from './file-source.ts';
import type { ModelAbout } from './model-about.ts';

/** A file that the reader picked or dropped. `path` is relative to what was picked: `webkitRelativePath`, or just a name. */
export interface PickedFile {
  readonly path: string;
  /** A File, usually: a handle, of which nothing is in memory. */
  readonly file: Blob;
}

/** Two files of one path were given. */
export class FileTwiceError extends ExplainedError {
  constructor(source: string, path: string) {
    super({
      what: `${source} has two files called ${JSON.stringify(path.slice(0, 120))}.`,
      means: 'Which of them is meant is not known, so nothing was opened.',
      remedy: 'Give the files of one model only: a folder, or the files that are in it.',
    });
  }
}

/** Paths without slashes in front. */
const relative = (path: string): string => path.replace(/^\/+/, '');

/** Length of the folder that all paths share at their top, slash included; 0 where there is none. */
function commonTop(paths: readonly string[]): number {
  const [first] = paths;
  const top = first?.slice(0, first.indexOf('/') + 1) ?? '';
  return paths.every((path) => path.startsWith(top)) ? top.length : 0;
}

/**
 * Files that the reader picked or dropped, as File or Blob objects; works in a worker, to which they can be sent. They are
 * read by slices, never whole. A top folder that all paths share is not part of them.
 */
export class FilesSource implements FileSource {
  readonly name: string;
  readonly about?: ModelAbout;
  readonly #files = new Map<string, Blob>();

  /** Throws {@link FileTwiceError}. */
  constructor(name: string, files: readonly PickedFile[], about?: ModelAbout) {
    this.name = name;
    if (about) this.about = about;
    const paths = files.map(({ path }) => relative(path));
    const top = commonTop(paths);
    files.forEach(({ file }, index) => {
      const path = paths[index]?.slice(top) ?? '';
      if (this.#files.has(path)) throw new FileTwiceError(name, path);
      this.#files.set(path, file);
    });
  }

  async open(path: string, { signal, onProgress }: OpenOptions = {}): Promise<SourceFile> {
    signal?.throwIfAborted();
    checkPath(this.name, path);
    const file = this.#files.get(path);
    if (!file) throw new FileMissingError(this.name, path);
    onProgress?.(file.size, file.size);
    return {
      size: file.size,
      slice: async (start, end) => {
        checkRange(file.size, start, end);
        return this.#read(path, file.slice(start, end), end - start);
      },
    };
  }

  /** The files that can be opened; one whose name holds `#` or the like cannot. */
  async list(): Promise<readonly string[]> {
    return [...this.#files.keys()].filter((path) => isOpenable(this.name, path)).sort();
  }

  /** A file that was changed or moved since it was picked can no longer be read. */
  async #read(path: string, piece: Blob, length: number): Promise<Uint8Array<ArrayBuffer>> {
    try {
      const bytes = new Uint8Array(await piece.arrayBuffer());
      if (bytes.length !== length) throw new Error('it became shorter while it was read');
      return bytes;
    } catch (cause) {
      throw new FileUnreadableError(this.name, path, cause instanceof Error ? cause.message : String(cause), { cause });
    }
  }
}

function isOpenable(source: string, path: string): boolean {
  try {
    checkPath(source, path);
    return true;
  } catch {
    return false;
  }
}
