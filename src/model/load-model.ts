import { ExplainedError } from '../base/explained-error.ts';
import { readCompanionFiles } from '../sources/companion-files.ts';
import type { CompanionFiles } from '../sources/companion-files.ts';
import type { FileSource, OpenOptions } from '../sources/file-source.ts';
import type { ModelAbout } from '../sources/model-about.ts';
import { aboutSource } from '../sources/model-card.ts';
import { openSafetensors } from '../sources/safetensors.ts';
import { openSharded } from '../sources/sharded.ts';
import type { TensorFile } from '../sources/tensor-file.ts';
import { loadTokenizer } from '../sources/tokenizer.ts';
import type { Tokenizer } from '../sources/tokenizer.ts';
import { checkTensors } from './check-tensors.ts';
import { asManifested } from './export-manifest.ts';
import { findLayout } from './model-layout.ts';
import type { ModelLayout } from './model-layout.ts';
import { openExported } from './open-exported.ts';
import { readConfigFile } from './read-config-file.ts';
import { parseConfigJson, specOfConfig } from './read-config.ts';
import { prunableParameters, totalParameters } from './spec.ts';
import type { ModelSpec } from './spec.ts';
import type { WeightSource } from './weights.ts';

/** A model that was checked whole and of which no weight was read yet. */
export interface OpenModel {
  readonly spec: ModelSpec;
  readonly weights: WeightSource;
  readonly tokenizer: Tokenizer;
  /** config.json as it was, for exports. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly parameters: { readonly total: number; readonly prunable: number };
  readonly about: ModelAbout;
  /** The model that this one was pruned from, as model-ref.ts writes it; null where nothing says. */
  readonly baseModel: string | null;
  /** Tensors of the file that the model does not use. */
  readonly unused: readonly string[];
  /** Reads what goes with the weights of an export, from the place of the tokenizer. Throws CompanionFileError and the errors of the source. */
  companions(options?: OpenOptions): Promise<CompanionFiles>;
}

export interface OpenModelOptions extends OpenOptions {
  /** Where to find the tokenizer of the model that an exported file was pruned from (`baseModel`), if that is known. */
  readonly tokenizerOf?: ((baseModel: string) => Promise<FileSource | null>) | undefined;
}

/** An exported model without a tokenizer beside it. */
export class TokenizerAbsentError extends ExplainedError {
  constructor(file: string, baseModel: string) {
    const origin = baseModel === '' ? 'the model that it was pruned from' : JSON.stringify(baseModel.slice(0, 120));
    super({
      what: `There is no tokenizer beside ${file}.`,
      means: 'An ONNX file does not hold one, and without it the model cannot read text; nothing was loaded.',
      remedy: `Add tokenizer.json and tokenizer_config.json of ${origin} and open the files together.`,
    });
  }
}

/** What is left to do once spec, weights and tokenizer are open. */
function assemble(file: TensorFile, model: Omit<OpenModel, 'weights' | 'parameters' | 'unused'>): OpenModel {
  const { spec } = model;
  return {
    ...model,
    unused: checkTensors(spec, file),
    weights: { spec, read: (name) => file.readWeights(name), readRows: (name, start, end) => file.readRows(name, start, end) },
    parameters: { total: totalParameters(spec), prunable: prunableParameters(spec) },
  };
}

/** Opens the weights of a folder with a config.json: their headers are read and checked. */
export async function openWeights(source: FileSource, layout: Exclude<ModelLayout, { kind: 'onnx' }>, options: OpenOptions = {}): Promise<TensorFile> {
  if (layout.kind === 'sharded') return openSharded(source, layout.index, options);
  return openSafetensors(await source.open(layout.weights, options), layout.weights);
}

async function openFolder(source: FileSource, layout: Exclude<ModelLayout, { kind: 'onnx' }>, options: OpenOptions): Promise<OpenModel> {
  const { signal } = options;
  const config = parseConfigJson(await readConfigFile(source, { signal }));
  const spec = specOfConfig(config);
  const tokenizer = await loadTokenizer(source, spec.vocabulary, { signal });
  const about = await aboutSource(source, { signal });
  const companions = (reading?: OpenOptions) => readCompanionFiles(source, reading);
  return assemble(await openWeights(source, layout, options), { spec, config, tokenizer, about, baseModel: null, companions });
}

async function openExportedModel(source: FileSource, path: string, { tokenizerOf, ...options }: OpenModelOptions): Promise<OpenModel> {
  const { file, spec, config, about, baseModel } = await openExported(source, path, options);
  const beside = (await source.list?.())?.includes('tokenizer.json') ?? false;
  const place = beside ? source : ((await tokenizerOf?.(baseModel)) ?? null);
  if (place === null) throw new TokenizerAbsentError(path, baseModel);
  const tokenizer = await loadTokenizer(place, spec.vocabulary, { signal: options.signal });
  const companions = (reading?: OpenOptions) => readCompanionFiles(place, reading);
  return assemble(file, { spec, config, tokenizer, about, baseModel: baseModel === '' ? null : baseModel, companions });
}

/**
 * Opens a model: config.json, tokenizer.json, tokenizer_config.json and weights as safetensors, in one file or in parts with
 * an index; or an ONNX file that was exported here, with the tokenizer beside it (see {@link OpenModelOptions.tokenizerOf}).
 * In a whole exported folder safetensors come first, then the most precise ONNX file, and sizes must be those of its manifest.
 * The small files are checked before the weights are fetched, and names, shapes and types of all tensors before any is
 * read. Progress counts the bytes of the weights. Throws the errors of read-config, families, safetensors, sharded, ONNX and
 * the tokenizer, WeightsMismatchError, {@link TokenizerAbsentError}, GgufOnlyError, ExportIncompleteError, those of the source, or
 * the signal's reason.
 */
export async function openModel(given: FileSource, options: OpenModelOptions = {}): Promise<OpenModel> {
  const source = await asManifested(given, options);
  const layout = await findLayout(source);
  const model = layout.kind === 'onnx' ? await openExportedModel(source, layout.weights, options) : await openFolder(source, layout, options);
  options.signal?.throwIfAborted();
  return model;
}
