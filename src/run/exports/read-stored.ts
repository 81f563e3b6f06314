import type { OnnxFile } from '../../export/onnx/onnx-session.ts';
import type { Storage } from '../../storage/storage.ts';

async function readStored(storage: Storage, path: string): Promise<Uint8Array<ArrayBuffer>> {
  const file = await storage.openForReading(path);
  return file.read(0, file.size);
}

/** An ONNX file as it was written, with the file of its weights beside it where it has one. `paths`: those of the format. */
export async function readStoredOnnx(storage: Storage, paths: readonly string[]): Promise<OnnxFile> {
  const path = paths.find((name) => name.endsWith('.onnx'));
  if (path === undefined) throw new RangeError(`no ONNX file among ${paths.join(', ')}`);
  const beside = paths.filter((name) => name !== path);
  const external = [];
  for (const name of beside) external.push({ path: name.slice(name.lastIndexOf('/') + 1), data: await readStored(storage, name) });
  return { model: await readStored(storage, path), external };
}
