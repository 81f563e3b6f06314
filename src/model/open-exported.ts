import type { FileSource, OpenOptions } from '../sources/file-source.ts';
import { openOnnx, openOnnxWeights } from '../sources/onnx-weights.ts';
import type { OnnxLayout, OnnxWeights } from '../sources/onnx-weights.ts';
import { expectedTensors, isStoredTurned } from './expected-tensors.ts';
import { readExportMetadata } from './export-metadata.ts';
import type { ExportedModel } from './export-metadata.ts';
import type { ModelSpec } from './spec.ts';

export interface OpenExported extends ExportedModel {
  readonly file: OnnxWeights;
}

/** Where the weights of a model are among the initializers: they have their Hugging Face names, the graph's own constants others. */
function layoutOf(spec: ModelSpec): OnnxLayout {
  const shapes = expectedTensors(spec);
  /** Files of before 4 bits and float16 had the head turned as well. */
  const isOldHead = (name: string, [rows]: readonly number[]): boolean => name === 'lm_head.weight' && rows === spec.hidden && rows !== spec.vocabulary;
  return {
    isWeight: (name) => name.startsWith('model.') || name.startsWith('lm_head.'),
    isTurned: (name, dims) => isStoredTurned(name) || isOldHead(name, dims),
    columnsOf: (name) => shapes.get(name)?.[1],
  };
}

/**
 * Opens an ONNX file that this program exported, in any precision: its header is read, by slices, and no weight. Weights may be
 * in files beside it. Throws OnnxFormatError, ForeignOnnxError, OnnxDataMissingError, OnnxDataTruncatedError, the errors of
 * read-config and of the source.
 */
export async function openExported(source: FileSource, path: string, options: OpenOptions = {}): Promise<OpenExported> {
  const onnx = await openOnnx(source, path, options);
  const model = readExportMetadata(onnx.metadata, path);
  const file = await openOnnxWeights(onnx, layoutOf(model.spec), options);
  return { ...model, file, about: { ...model.about, name: source.about?.name ?? source.name } };
}
