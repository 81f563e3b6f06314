import { makeZip, predictLength } from 'client-zip';
import { openWhole, type FolderFile } from './folder-file.ts';

/** Every file has the first date that a ZIP can tell, so that the same folder always gives the same bytes. A ZIP has no time zones. */
const date = new Date(1980, 0, 1, 12);

const counting = (onBytes: (bytes: number) => void): TransformStream<Uint8Array, Uint8Array> =>
  new TransformStream({
    transform(piece, controller) {
      onBytes(piece.byteLength);
      controller.enqueue(piece);
    },
  });

/**
 * A ZIP of files in one folder called `name`, made while it is read: one file is open at a time and nothing is held. Stored and
 * not compressed, since weights do not shrink; ZIP64 where it has to be. `total`: bytes of all of it.
 */
export function zipFolder(name: string, files: readonly FolderFile[], onProgress: (done: number, total: number) => void = () => undefined): { readonly stream: ReadableStream<Uint8Array>; readonly total: number } {
  const named = (path: string): string => `${name}/${path}`;
  const total = Number(predictLength(files.map(({ path, size }) => ({ name: named(path), size }))));
  async function* entries() {
    for (const file of files) yield { name: named(file.path), input: await openWhole(file), lastModified: date };
  }
  let done = 0;
  const counted = counting((bytes) => {
    done += bytes;
    onProgress(done, total);
  });
  return { stream: makeZip(entries(), { buffersAreUTF8: true }).pipeThrough(counted), total };
}
