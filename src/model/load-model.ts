import { ExplainedError } from '../base/explained-error.ts';
import { readAll } from '../sources/file-source.ts';
import type { FileSource, OpenOptions } from '../sources/file-source.ts';
import { openSafetensors } from '../sources/safetensors.ts';
import type { Safetensors } from '../sources/safetensors.ts';
import { loadTokenizer } from '../sources/tokenizer.ts';
import type { Tokenizer } from '../sources/tokenizer.ts';
import { expectedTensors } from './expected-tensors.ts';
import { ConfigInvalidError, parseConfigJson, specOfConfig } from './read-config.ts';
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
  /** Tensors of the file that the model does not use. */
  readonly unused: readonly string[];
}

/** The weights are not those of the config. */
export class WeightsMismatchError extends ExplainedError {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    const shown = problems.slice(0, 5);
    const more = problems.length > shown.length ? ` (and ${problems.length - shown.length} more)` : '';
    super({
      what: `The weights do not fit config.json: ${shown.join('; ')}${more}.`,
      means: 'No weight was loaded.',
      remedy: 'Take config.json and model.safetensors from the same model and revision.',
    });
    this.problems = problems;
  }
}

/** Parts that some models of a family have and others not; if the config denies them, they would be left out in silence. */
const optionalPart = /^model\.layers\.\d+\.(self_attn|mlp)\.\w+(_proj\.bias|_norm\.weight)$/;

/** Compares the header with the spec. Throws {@link WeightsMismatchError}; returns the names that are not used. */
export function checkTensors(spec: ModelSpec, { tensors }: Pick<Safetensors, 'tensors'>): string[] {
  const expected = expectedTensors(spec);
  const problems: string[] = [];
  for (const [name, shape] of expected) {
    const found = tensors.get(name);
    if (!found) problems.push(`${name} is missing`);
    else if (found.shape.join() !== shape.join()) problems.push(`${name} is [${found.shape.join(', ')}] and should be [${shape.join(', ')}]`);
    else if (!['F32', 'F16', 'BF16'].includes(found.dtype)) problems.push(`${name} is stored as ${found.dtype}, not as F32, F16 or BF16`);
  }
  const unused = [...tensors.keys()].filter((name) => !expected.has(name)).map((name) => name.slice(0, 200));
  for (const name of unused) {
    if (optionalPart.test(name)) problems.push(`${name} is there, and config.json does not know of it`);
  }
  if (problems.length > 0) throw new WeightsMismatchError(problems);
  return unused;
}

/** No config.json is this long, bytes. */
const MAX_CONFIG = 1 << 20;

async function readConfigFile(source: FileSource, signal: AbortSignal | undefined): Promise<Readonly<Record<string, unknown>>> {
  const file = await source.open('config.json', { signal });
  if (file.size > MAX_CONFIG) throw new ConfigInvalidError([`it has ${file.size} bytes`]);
  return parseConfigJson(new TextDecoder().decode(await readAll(file)));
}

/**
 * Opens a model in the Hugging Face layout: config.json, tokenizer.json, tokenizer_config.json, model.safetensors.
 * The small files are checked before the weights are fetched, and names, shapes and types of all tensors before any is
 * read. Progress counts the bytes of the weights file. Throws the errors of read-config, families, safetensors and the
 * tokenizer, {@link WeightsMismatchError}, those of the source, or the signal's reason.
 */
export async function openModel(source: FileSource, options: OpenOptions = {}): Promise<OpenModel> {
  const { signal } = options;
  const config = await readConfigFile(source, signal);
  const spec = specOfConfig(config);
  const tokenizer = await loadTokenizer(source, spec.vocabulary, { signal });
  const file = 'model.safetensors';
  const safetensors = await openSafetensors(await source.open(file, options), file);
  const unused = checkTensors(spec, safetensors);
  signal?.throwIfAborted();
  return {
    spec,
    tokenizer,
    config,
    unused,
    weights: { spec, read: (name) => safetensors.readWeights(name) },
    parameters: { total: totalParameters(spec), prunable: prunableParameters(spec) },
  };
}
