import * as ort from 'onnxruntime-node';
import { collectBytes } from '../../base/lazy-bytes.ts';
import { neededTensors } from '../../model/expected-tensors.ts';
import { readerOf } from '../../model/plain-model.fixture.ts';
import { referenceLogits } from '../../model/reference-forward.fixture.ts';
import type { PlainModel } from '../../model/reference-forward.fixture.ts';
import { kvHeads, queryHeads } from '../../model/spec.ts';
import type { ModelSpec } from '../../model/spec.ts';
import type { WeightSource } from '../../model/weights.ts';
import { wholeSource } from '../../model/whole-source.fixture.ts';
import type { OnnxPrecision } from '../formats.ts';
import { arrangedWeights, planOnnx } from './onnx-model.ts';
import type { OnnxPlan } from './onnx-model.ts';
import { storageOf } from './onnx-precision.ts';
import { storedWeights } from './stored-weights.ts';

/** A plan with what a test does not care for filled in: fp32, plain attention, one file. */
export const planOf = (weights: WeightSource, options: Partial<OnnxPlan> = {}): OnnxPlan => ({
  weights,
  precision: 'fp32',
  attention: 'plain',
  path: 'model.onnx',
  externalData: false,
  metadata: {},
  ...options,
});

export const sourceOf = (model: PlainModel): WeightSource => wholeSource(model.spec, readerOf(model));

/** One exported file. */
export async function exportedBytes(model: PlainModel, options: Partial<OnnxPlan> = {}): Promise<Uint8Array<ArrayBuffer>> {
  const [file, ...more] = planOnnx(planOf(sourceOf(model), options));
  if (file === undefined || more.length > 0) throw new RangeError('not one file');
  return collectBytes(file.content);
}

/** The model that an exported file of this kind holds: its shapes, and its weights as they are rounded. */
export async function heldModel(model: PlainModel, { precision = 'fp32', attention = 'plain' }: Partial<OnnxPlan>): Promise<PlainModel> {
  const source = storedWeights(arrangedWeights(sourceOf(model), attention), precision);
  const tensors = new Map<string, Float32Array>();
  for (const name of neededTensors(source.spec).keys()) tensors.set(name, await source.read(name));
  return { spec: source.spec, tensors };
}

/** A batch as callers make it: 0 in `mask` is padding. */
export interface Batch {
  readonly ids: readonly (readonly number[])[];
  readonly mask: readonly (readonly number[])[];
  readonly positions: readonly (readonly number[])[];
}

export const counting = (length: number, start = 0): number[] => Array.from({ length }, (_, index) => start + index);

/** Sequences of one length without padding; `past` positions were read before. */
export const plainBatch = (ids: readonly (readonly number[])[], past = 0): Batch => ({
  ids,
  mask: ids.map((row) => counting(past + row.length).map(() => 1)),
  positions: ids.map((row) => counting(row.length, past)),
});

/** Sequences of any lengths, filled up on one side. */
export function paddedBatch(ids: readonly (readonly number[])[], side: 'left' | 'right'): Batch {
  const width = Math.max(...ids.map((row) => row.length));
  const pad = (row: readonly number[], fill: number): number[] => {
    const filling = Array.from({ length: width - row.length }, () => fill);
    return side === 'left' ? [...filling, ...row] : [...row, ...filling];
  };
  return {
    ids: ids.map((row) => pad(row, 1)),
    mask: ids.map((row) => pad(row.map(() => 1), 0)),
    positions: ids.map((row) => pad(counting(row.length), 1)),
  };
}

export type Caches = Readonly<Record<string, ort.Tensor>>;

export interface CacheOptions {
  readonly precision?: OnnxPrecision;
  readonly sequences?: number;
  readonly length?: number;
}

/** Caches with this many positions of zeros; none is how most callers start. */
export function zeroCaches({ layers, headDim }: ModelSpec, { precision = 'fp32', sequences = 1, length = 0 }: CacheOptions = {}): Caches {
  const { type } = storageOf[precision];
  const entries = layers.flatMap((shape, layer) => {
    if (queryHeads(shape) === 0) return [];
    const dims = [sequences, kvHeads(shape), length, headDim];
    const size = dims.reduce((product, side) => product * side, 1);
    return ['key', 'value'].map((part) => {
      const zeros = type === 'float16' ? new ort.Tensor('float16', new Uint16Array(size), dims) : new ort.Tensor('float32', new Float32Array(size), dims);
      return [`past_key_values.${layer}.${part}`, zeros] as const;
    });
  });
  return Object.fromEntries(entries);
}

const int64 = (rows: readonly (readonly number[])[]): ort.Tensor =>
  new ort.Tensor('int64', BigInt64Array.from(rows.flat(), BigInt), [rows.length, rows[0]?.length ?? 0]);

/** An exported file in onnxruntime-node. */
export class OpenedFile implements AsyncDisposable {
  readonly #session: ort.InferenceSession;

  private constructor(session: ort.InferenceSession) {
    this.#session = session;
  }

  /** From its bytes, or from a path on disk. */
  static async open(file: Uint8Array | string): Promise<OpenedFile> {
    const options = { logSeverityLevel: 3, intraOpNumThreads: 1 } as const; // others would wait for work in a loop
    return new OpenedFile(typeof file === 'string' ? await ort.InferenceSession.create(file, options) : await ort.InferenceSession.create(file, options));
  }

  /** Logits `[sequences, kept or all positions, vocabulary]`, flat, and the caches for the next run. */
  async run({ ids, mask, positions }: Batch, past: Caches, kept = 0): Promise<{ logits: Float32Array; caches: Caches }> {
    const outputs = await this.#session.run({
      input_ids: int64(ids),
      attention_mask: int64(mask),
      ...(this.#session.inputNames.includes('position_ids') && { position_ids: int64(positions) }),
      num_logits_to_keep: new ort.Tensor('int64', BigInt64Array.of(BigInt(kept)), []),
      ...past,
    });
    const logits = outputs['logits']?.data;
    if (!(logits instanceof Float32Array)) throw new TypeError('logits are not float32');
    const presents = Object.entries(outputs).filter(([name]) => name.startsWith('present.'));
    return { logits, caches: Object.fromEntries(presents.map(([name, tensor]) => [name.replace('present', 'past_key_values'), tensor])) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session.release();
  }
}

/** `|actual - expected| / |expected|` in the Euclidean norm; NaN where a value is. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) throw new RangeError(`${actual.length} values against ${expected.length}`);
  const norm = (at: (index: number) => number): number => Math.sqrt(Array.from(expected, (_, index) => at(index) ** 2).reduce((sum, square) => sum + square, 0));
  const at = (values: ArrayLike<number>, index: number): number => values[index] ?? Number.NaN;
  return norm((index) => at(actual, index) - at(expected, index)) / Math.max(norm((index) => at(expected, index)), 1e-30);
}

/** Reference logits of sequences, one after the other. */
export const expectedLogits = (model: PlainModel, sequences: readonly (readonly number[])[]): number[] => sequences.flatMap((ids) => referenceLogits(model, ids));

/** The rows of logits that are no padding. */
export const realRows = (logits: Float32Array, { mask }: Batch, vocabulary: number): Float32Array =>
  logits.filter((_, index) => mask.flat()[Math.floor(index / vocabulary)] === 1);
