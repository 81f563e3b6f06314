import { ReleasableBytes } from '../../base/releasable-bytes.ts';
import type { OnnxFile } from '../../export/onnx/onnx-file.ts';
import type { Storage } from '../../storage/storage.ts';

/** Bytes that are read at once. */
const PIECE = 1 << 24;

async function readStored(storage: Storage, path: string): Promise<ReleasableBytes> {
  const file = await storage.openForReading(path);
  const held = new ReleasableBytes(file.size);
  for (let start = 0; start < file.size; start += PIECE) held.bytes.set(await file.read(start, Math.min(file.size, start + PIECE)), start);
  return held;
}

/** An ONNX file as it was written, with the file of its weights beside it where it has one. `paths`: those of the format. */
export async function readStoredOnnx(storage: Storage, paths: readonly string[]): Promise<OnnxFile> {
  const path = paths.find((name) => name.endsWith('.onnx'));
  if (path === undefined) throw new RangeError(`no ONNX file among ${paths.join(', ')}`);
  const model = await readStored(storage, path);
  const beside: { readonly path: string; readonly held: ReleasableBytes }[] = [];
  for (const name of paths) if (name !== path) beside.push({ path: name.slice(name.lastIndexOf('/') + 1), held: await readStored(storage, name) });
  return {
    model: model.bytes,
    external: beside.map(({ path: name, held }) => ({ path: name, data: held.bytes })),
    release: () => {
      for (const { held } of beside) held.release();
      model.release();
    },
  };
}
