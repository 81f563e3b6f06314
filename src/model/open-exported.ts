import type { FileSource, OpenOptions } from '../sources/file-source.ts';
import { openOnnxWeights } from '../sources/onnx-weights.ts';
import type { OnnxWeights } from '../sources/onnx-weights.ts';
import { isStoredTurned } from './expected-tensors.ts';
import { readExportMetadata } from './export-metadata.ts';
import type { ExportedModel } from './export-metadata.ts';

export interface OpenExported extends ExportedModel {
  readonly file: OnnxWeights;
}

/** Names of weights; the graph's own constants are called otherwise. */
const isWeight = (name: string): boolean => name.startsWith('model.') || name.startsWith('lm_head.');

/**
 * Opens an ONNX file that this program exported: its header is read, by slices, and no weight. Throws OnnxFormatError,
 * ForeignOnnxError, the errors of read-config and of the source.
 */
export async function openExported(source: FileSource, path: string, options: OpenOptions = {}): Promise<OpenExported> {
  const file = await openOnnxWeights(await source.open(path, options), path, { isWeight, isTurned: isStoredTurned });
  const model = readExportMetadata(file.metadata, path);
  return { ...model, file, about: { ...model.about, name: source.about?.name ?? source.name } };
}
