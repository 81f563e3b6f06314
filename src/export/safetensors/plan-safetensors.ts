import { joinedBytes, presentBytes, textBytes } from '../../base/lazy-bytes.ts';
import type { LazyBytes } from '../../base/lazy-bytes.ts';
import { neededTensors } from '../../model/expected-tensors.ts';
import type { WeightSource } from '../../model/weights.ts';
import { encodeFloats } from '../encode-floats.ts';
import type { SafetensorsType } from '../formats.ts';
import type { PlannedFile } from '../planned-file.ts';
import { weightPieces } from '../weight-pieces.ts';
import { safetensorsHeader } from './safetensors-header.ts';
import { bytesOf, shards } from './shards.ts';
import type { SizedTensor } from './shards.ts';

/** How an element type is called, in a safetensors header too, and its bytes. */
const elementOf: Readonly<Record<SafetensorsType, { readonly type: 'float32' | 'float16' | 'bfloat16'; readonly dtype: string; readonly bytes: number }>> = {
  fp32: { type: 'float32', dtype: 'F32', bytes: 4 },
  bf16: { type: 'bfloat16', dtype: 'BF16', bytes: 2 },
  fp16: { type: 'float16', dtype: 'F16', bytes: 2 },
};

/** Bytes of tensors in one file. */
const LARGEST_SHARD = 4e9;

export interface SafetensorsOptions {
  readonly weights: WeightSource;
  readonly type: SafetensorsType;
  /** Name of a single file; parts are numbered after it. */
  readonly fileName?: string;
  readonly maxShardBytes?: number;
}

/** One file of these tensors, one after the other. */
function fileContent(tensors: readonly SizedTensor[], { weights, type }: SafetensorsOptions): LazyBytes {
  const contents = tensors.map(({ name, shape, byteLength }) =>
    weightPieces({ source: weights, name, shape, byteLength, encode: (values) => encodeFloats(values, elementOf[type].type, name) }),
  );
  return joinedBytes([presentBytes(safetensorsHeader(tensors, elementOf[type].dtype)), ...contents]);
}

/** `model.safetensors.index.json`, as the Hub's libraries write it. */
function indexText(parts: readonly PlannedPart[]): string {
  const map = parts.flatMap(({ path, tensors }) => tensors.map(({ name }) => [name, path] as const));
  const sorted = map.sort(([a], [b]) => (a < b ? -1 : 1));
  const total = parts.reduce((sum, { tensors }) => sum + bytesOf(tensors), 0);
  return `${JSON.stringify({ metadata: { total_size: total }, weight_map: Object.fromEntries(sorted) }, null, 2)}\n`;
}

interface PlannedPart {
  readonly path: string;
  readonly tensors: readonly SizedTensor[];
}

/**
 * A model's weights as safetensors under their Hugging Face names, each in the shape of its own layer; removed modules have
 * no tensors, a tied head neither (`neededTensors`). Written by rows; sizes are exact beforehand. Beyond `maxShardBytes`
 * (4 GB) there are parts `model-00001-of-00003.safetensors` and, last, their index. Writing throws
 * WeightOutOfRangeError, and what the source throws. Format: https://github.com/huggingface/safetensors, "Format".
 */
export function planSafetensors(options: SafetensorsOptions): PlannedFile[] {
  const { weights, type, fileName = 'model.safetensors', maxShardBytes = LARGEST_SHARD } = options;
  const { bytes } = elementOf[type];
  const tensors = [...neededTensors(weights.spec)].map(([name, shape]) => ({ name, shape, byteLength: shape.reduce((product, size) => product * size, bytes) }));
  const split = shards(tensors, maxShardBytes);
  if (split.length === 1) return [{ path: fileName, content: fileContent(tensors, options) }];
  const stem = fileName.replace(/\.safetensors$/, '');
  const digits = (count: number): string => String(count).padStart(5, '0');
  const parts = split.map((part, index) => ({ path: `${stem}-${digits(index + 1)}-of-${digits(split.length)}.safetensors`, tensors: part }));
  const files = parts.map(({ path, tensors: part }) => ({ path, content: fileContent(part, options) }));
  return [...files, { path: `${fileName}.index.json`, content: textBytes(indexText(parts)) }];
}
