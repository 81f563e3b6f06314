import { argmax } from '../base/argmax.ts';
import type { Transformer } from '../model/transformer.ts';
import type { ModelWeights } from '../model/weights.ts';

/** Lengths are rounded up to this, so that few shapes occur; what is behind the last token is masked by causality. */
const lengthStep = 32;

/**
 * Greedy continuation, one token at a time, by whole forward passes (no cache). The context is the last `context` tokens.
 * Yields each new id.
 */
export async function* generateGreedy(
  transformer: Transformer,
  weights: ModelWeights,
  prompt: readonly number[],
  count: number,
  context: number,
): AsyncGenerator<number, void> {
  const ids = [...prompt];
  for (let made = 0; made < count; made++) {
    const window = ids.slice(-context);
    const length = Math.min(context, Math.ceil(window.length / lengthStep) * lengthStep);
    const padded = new Int32Array(length);
    padded.set(window);
    using hidden = await transformer.hidden(weights, { ids: padded, sequences: 1, length });
    const next = argmax(await transformer.logits(weights, hidden, { start: window.length - 1, end: window.length }));
    ids.push(next);
    yield next;
  }
}
