import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { LazyBytes } from '../base/lazy-bytes.ts';
import type { ExportDesk } from '../run/exports/export-desk.ts';
import { folderPlace } from '../run/exports/folder-place.ts';
import type { RunConfig } from '../run/run-config.ts';
import type { ExportPlace } from '../run/run-context.ts';
import { FolderStorage } from './folder-storage.ts';

const PIECE = 1 << 20; // bytes

/** The model folder of a headless run: `model` in its output folder, laid out as it is to be used. */
export function modelFolder(out: string, { exports }: RunConfig): ExportPlace {
  return { storage: new FolderStorage(join(out, 'model')), place: (format) => folderPlace(format, exports) };
}

/** A file of the disk as it is now. */
async function fileBytes(path: string): Promise<LazyBytes> {
  await using file = await open(path);
  const { size } = await file.stat();
  return {
    byteLength: size,
    async *pieces() {
      await using reading = await open(path);
      for (let start = 0; start < size; start += PIECE) {
        const piece = new Uint8Array(Math.min(PIECE, size - start));
        await reading.read(piece, 0, piece.length, start);
        yield piece;
      }
    },
  };
}

/** Writes what belongs into the model folder beside the weights. `log`: the file of the run's events. */
export async function finishFolder(desk: ExportDesk, { exports }: RunConfig, log: string): Promise<void> {
  if (exports.length > 0) await desk.writeFolder(exports, { events: await fileBytes(log), place: '' });
}
