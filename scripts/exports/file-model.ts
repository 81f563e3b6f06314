import { FolderSource } from '../../src/cli/folder-source.ts';
import type { Format } from '../../src/export/formats.ts';
import { neededTensors } from '../../src/model/expected-tensors.ts';
import { openModel } from '../../src/model/load-model.ts';
import type { PlainModel } from '../../src/model/reference-forward.fixture.ts';
import type { ModelSpec } from '../../src/model/spec.ts';
import { ggufFileModel } from './gguf-file-model.ts';
import { onnxFileModel } from './onnx-file-model.ts';

/** Read by this program again: Python's libraries open these files in `check:exports:python`. */
async function safetensorsModel(folder: string): Promise<PlainModel> {
  const { spec, weights } = await openModel(new FolderSource(folder));
  const tensors = new Map<string, Float32Array>();
  for (const name of neededTensors(spec).keys()) tensors.set(name, await weights.read(name));
  return { spec, tensors };
}

/** The model as a file (safetensors: a folder) holds it, quantised weights as what they stand for. */
export function fileModel({ kind }: Format, path: string, spec: ModelSpec): Promise<PlainModel> {
  if (kind === 'onnx') return onnxFileModel(path, spec);
  return kind === 'gguf' ? ggufFileModel(path, spec) : safetensorsModel(path);
}
