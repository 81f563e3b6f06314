import type { FileSource, OpenOptions } from '../sources/file-source.ts';
import type { ModelAbout } from '../sources/model-about.ts';
import { aboutSource } from '../sources/model-card.ts';
import { floatBytes, isFloatDtype } from '../sources/read-float32.ts';
import { readShardIndex } from '../sources/sharded.ts';
import type { TensorFile } from '../sources/tensor-file.ts';
import { checkTensors } from './check-tensors.ts';
import { expectedTensors } from './expected-tensors.ts';
import { asManifested } from './export-manifest.ts';
import { openWeights } from './load-model.ts';
import { findLayout } from './model-layout.ts';
import type { ModelLayout } from './model-layout.ts';
import { openExported } from './open-exported.ts';
import { readConfigFile } from './read-config-file.ts';
import { parseConfigJson, specOfConfig } from './read-config.ts';
import { prunableParameters, totalParameters } from './spec.ts';
import type { ModelSpec } from './spec.ts';

/** What is known of a model before its weights are read: enough to plan its memory and its download. */
export interface ModelInspection {
  readonly spec: ModelSpec;
  readonly about: ModelAbout;
  readonly parameters: { readonly total: number; readonly prunable: number };
  /** Every file that loading needs, with its bytes. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  /** Bytes of an element of the stored weights: 2 or 4. */
  readonly storedElementBytes: number;
  /** Whether all of it is here: bundled, given by the reader, or downloaded before. */
  readonly here: boolean;
}

export interface InspectOptions extends OpenOptions {
  /**
   * Whether the files are here (default). Of those elsewhere only config.json and an index are read, and sizes asked for;
   * of those here also the headers of the weights, which are checked against the config.
   */
  readonly here?: boolean;
}

type Files = ModelInspection['files'];

const isWeights = (path: string): boolean => /\.(safetensors|onnx|onnx_data\w*)$/.test(path);

/** 2 or 4, whichever is nearer to the bytes that an element takes on average. */
const elementBytes = (bytes: number, elements: number): number => (bytes < 3 * elements ? 2 : 4);

/** What follows from the shape of a model and the sizes of the `files` that loading needs. */
export function inspectSpec(spec: ModelSpec, files: Files, about: ModelAbout, here: boolean): ModelInspection {
  const total = totalParameters(spec);
  const stored = files.filter(({ path }) => isWeights(path)).reduce((sum, { bytes }) => sum + bytes, 0);
  return { spec, about, files, here, parameters: { total, prunable: prunableParameters(spec) }, storedElementBytes: elementBytes(stored, total) };
}

/** Bytes of an element of the weights, by their headers. */
function storedBytes(spec: ModelSpec, { tensors }: Pick<TensorFile, 'tensors'>): number {
  let bytes = 0;
  let elements = 0;
  for (const name of expectedTensors(spec).keys()) {
    const tensor = tensors.get(name);
    if (!tensor || !isFloatDtype(tensor.dtype)) continue;
    const size = tensor.shape.reduce((product, side) => product * side, 1);
    elements += size;
    bytes += size * floatBytes[tensor.dtype];
  }
  return elementBytes(bytes, elements);
}

/** Paths of the weights, and of what stands beside them. */
async function weightPaths(source: FileSource, layout: ModelLayout, options: OpenOptions): Promise<readonly string[]> {
  if (layout.kind !== 'sharded') return [layout.weights];
  return [layout.index, ...(await readShardIndex(source, layout.index, options)).shards];
}

/** Sizes of the files that loading needs, those `besides` among them; the tokenizer of an exported file may be elsewhere. */
async function sizes(source: FileSource, layout: ModelLayout, { signal, besides = [] }: OpenOptions & { besides?: readonly string[] }): Promise<Files> {
  const small = ['config.json', 'tokenizer.json', 'tokenizer_config.json'];
  const listed = await source.list?.();
  const beside = layout.kind === 'onnx' ? small.slice(1) : small;
  const paths = [...beside.filter((path) => listed?.includes(path) ?? true), ...(await weightPaths(source, layout, { signal })), ...besides];
  const files: { path: string; bytes: number }[] = [];
  for (const path of paths) files.push({ path, bytes: (await source.open(path, { signal })).size });
  return files;
}

/**
 * What a model is, without its tokenizer and without reading a weight: config.json, sizes and, where the files are here, the
 * headers of the weights. Throws the errors of `openModel` but for those of the tokenizer.
 */
export async function inspectModel(given: FileSource, { here = true, signal }: InspectOptions = {}): Promise<ModelInspection> {
  const source = await asManifested(given, { signal });
  const layout = await findLayout(source);
  if (layout.kind === 'onnx') {
    const { spec, about, file } = await openExported(source, layout.weights, { signal });
    checkTensors(spec, file);
    return inspectSpec(spec, await sizes(source, layout, { signal, besides: file.besides }), about, here);
  }
  const spec = specOfConfig(parseConfigJson(await readConfigFile(source, { signal }))); // what is not supported needs no other file
  const known = inspectSpec(spec, await sizes(source, layout, { signal }), await aboutSource(source, { signal }), here);
  if (!here) return known;
  const weights = await openWeights(source, layout, { signal });
  checkTensors(spec, weights);
  return { ...known, storedElementBytes: storedBytes(spec, weights) };
}
