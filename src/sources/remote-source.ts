import { checkPath, checkRange, FileMissingError, FileUnreadableError } from './file-source.ts';
import type { FileSource, OpenOptions, SourceFile } from './file-source.ts';
import type { ModelAbout } from './model-about.ts';
import { remoteFile } from './remote-folder.ts';
import type { RemoteFolder } from './remote-folder.ts';
import { chunksOf } from './request.ts';

/** A remote folder read without storing it, each slice a request of its own: to look at configurations and headers before a download. */
export class RemoteSource implements FileSource {
  readonly name: string;
  readonly about: ModelAbout;
  readonly #remote: RemoteFolder;

  constructor(remote: RemoteFolder) {
    this.name = remote.name;
    this.about = remote.about;
    this.#remote = remote;
  }

  async open(path: string, { signal }: OpenOptions = {}): Promise<SourceFile> {
    signal?.throwIfAborted();
    checkPath(this.name, path);
    const file = remoteFile(this.#remote, path);
    if (!file) throw new FileMissingError(this.name, path);
    return {
      size: file.size,
      slice: async (start, end) => {
        checkRange(file.size, start, end);
        return this.#read(path, start, end, signal);
      },
    };
  }

  async list(): Promise<readonly string[]> {
    return this.#remote.files.map(({ path }) => path);
  }

  async #read(path: string, start: number, end: number, signal: AbortSignal | undefined): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(end - start);
    if (bytes.length === 0) return bytes;
    const answer = await this.#remote.fetchRange(path, start, { end, signal });
    try {
      // A server without ranges sends the file from its beginning.
      let place = answer.start;
      for await (const chunk of chunksOf(answer.body)) {
        const from = Math.max(0, start - place);
        const to = Math.min(chunk.length, end - place);
        if (to > from) bytes.set(chunk.subarray(from, to), place + from - start);
        place += chunk.length;
        if (place >= end) return bytes;
      }
    } catch (cause) {
      signal?.throwIfAborted();
      throw new FileUnreadableError(this.name, path, 'the connection was lost', { cause });
    }
    throw new FileUnreadableError(this.name, path, 'the server sent too few bytes');
  }
}
