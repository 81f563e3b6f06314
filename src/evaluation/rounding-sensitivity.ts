import { randomFor } from '../base/random.ts';
import type { Transformer } from '../model/transformer.ts';
import type { ModelWeights, TokenBatch } from '../model/weights.ts';
import { readFloats, type Runtime } from '../runtime/runtime.ts';

/** One unit in the last place of a float32, relative. */
const ulp = 2 ** -23;

export interface SensitivityRequest {
  readonly runtime: Runtime;
  readonly transformer: Transformer;
  readonly weights: ModelWeights;
  readonly batch: TokenBatch;
  /** The model's logits of the batch `[tokens, vocabulary]`. */
  readonly logits: Float32Array;
}

/**
 * The largest change of a logit when every embedding is off by a last place, up or down: what this model makes of a single
 * rounding. Some pruned models, at some positions, make a thousand times more of it than others, and two right programs
 * differ by as much.
 */
export async function roundingSensitivity({ runtime, transformer, weights, batch, logits }: SensitivityRequest): Promise<number> {
  using embedded = await transformer.embed(weights, batch);
  const values = await readFloats(runtime, embedded);
  const random = randomFor(0, 'rounding');
  using nudged = runtime.upload(values.map((value) => value * (1 + (random.below(2) === 0 ? -ulp : ulp))), embedded.shape);
  using hidden = await transformer.hidden(weights, batch, { index: 0, hidden: nudged });
  const changed = await transformer.logits(weights, hidden);
  return changed.reduce((most, value, index) => Math.max(most, Math.abs(value - (logits[index] ?? Number.NaN))), 0);
}
