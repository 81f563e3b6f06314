import type { WeightSource } from '../../model/weights.ts';
import type { GgufType } from '../formats.ts';
import type { PlannedFile } from '../planned-file.ts';
import { padded } from '../rewrite/padded.ts';
import { rewriteLayers } from '../rewrite/rewrite-layers.ts';
import { architectureOf, traitsOf } from './architecture.ts';
import { ggufBytes } from './container.ts';
import type { GgufValue } from './container.ts';
import { GgufUnavailableError, ggufUnavailable } from './gguf-unavailable.ts';
import type { GgufTarget } from './gguf-unavailable.ts';
import { hyperparameters } from './hyperparameters.ts';
import { ggufLayers, storedChannels } from './layer-plan.ts';
import { withNeighbouringPairs } from './rotate-pairs.ts';
import { ggufTensors } from './tensors.ts';
import { tokenizerKeys } from './tokenizer-keys.ts';

export interface GgufOptions extends GgufTarget {
  readonly weights: WeightSource;
  readonly type: GgufType;
  /** Of the file. */
  readonly path: string;
  /** What programs call the model. */
  readonly name: string;
  /** Of the model, as its card names it; null where it does not. */
  readonly licence: string | null;
}

/** `general.file_type`: the type of most tensors (`llama_ftype`). */
const FILE_TYPES: Readonly<Record<GgufType, number>> = { f16: 1, q8_0: 7 };
/** `general.quantization_version` of all files since 2023 (`GGML_QNT_VERSION`). */
const QUANTISATION_VERSION = 2;

/** The same model with layers as llama.cpp takes them. */
function withGgufLayers({ weights, type, shape, dense }: GgufOptions): WeightSource {
  if (shape === 'padded') return padded(weights, { ...dense, channels: storedChannels(dense.channels, type) });
  return rewriteLayers(weights, ggufLayers(weights.spec, type, weights.spec.qkNorm));
}

/**
 * A model as one GGUF file for llama.cpp: F16, or Q8_0 where rows are whole blocks of 32 (MLPs are filled up to such).
 * Irregular layers are `deci` or, with norms on queries and keys, `openelm`; layers that are all alike are what the model
 * was (`llama`, `qwen2`, `qwen3`). Throws {@link GgufUnavailableError}, before any weight is read.
 */
export function planGguf(options: GgufOptions): PlannedFile[] {
  const { weights, type, companions, path, name, licence } = options;
  const unavailable = ggufUnavailable(weights.spec, options);
  if (unavailable !== null) throw new GgufUnavailableError(unavailable);
  const tokenizer = tokenizerKeys(companions, weights.spec.vocabulary);
  if ('fault' in tokenizer) throw new RangeError(tokenizer.fault); // ggufUnavailable has said so
  const rewritten = withGgufLayers(options);
  const architecture = architectureOf(rewritten.spec);
  const source = traitsOf(architecture).neighbouringPairs ? withNeighbouringPairs(rewritten) : rewritten;
  const general: [string, GgufValue][] = [
    ['general.architecture', { type: 'string', value: architecture }],
    ['general.type', { type: 'string', value: 'model' }],
    ['general.name', { type: 'string', value: name }],
    ['general.file_type', { type: 'uint32', value: FILE_TYPES[type] }],
    ...(licence === null ? [] : [['general.license', { type: 'string', value: licence }] satisfies [string, GgufValue]]),
    ...(type === 'q8_0' ? [['general.quantization_version', { type: 'uint32', value: QUANTISATION_VERSION }] satisfies [string, GgufValue]] : []),
  ];
  const metadata = new Map([...general, ...hyperparameters(rewritten.spec, architecture), ...tokenizer.keys]);
  return [{ path, content: ggufBytes(metadata, ggufTensors(source, architecture, type)) }];
}
