import { ExplainedError } from '../base/explained-error.ts';
import { KvCache } from '../model/kv-cache.ts';
import type { Transformer } from '../model/transformer.ts';
import type { ModelWeights } from '../model/weights.ts';

/** A prompt that nothing can follow on. */
export class PromptUnusableError extends ExplainedError {
  constructor(tokens: number, context: number) {
    super({
      what: tokens === 0 ? 'The prompt is empty.' : `The prompt has ${tokens} tokens, and this page holds ${context} of prompt and text together.`,
      means: 'Nothing was written.',
      remedy: tokens === 0 ? 'Write a few words for the model to go on from.' : 'Shorten the prompt.',
    });
  }
}

export interface Writing {
  readonly prompt: ArrayLike<number>;
  /** Tokens to write at most. */
  readonly count: number;
  /** Tokens of prompt and text together at most; writing stops there. */
  readonly context: number;
  /** The token that ends a text; null: none does. */
  readonly end: number | null;
  /** The next token by its logits. */
  readonly choose: (logits: Float32Array) => number;
}

/** Why a text ends: all tokens that were asked for, the token that ends a text, or no room for more. */
export type WritingEnd = 'count' | 'end-token' | 'context';

/**
 * Continues a prompt one token at a time, each for its own work only: what was read is in a cache. Yields each new id, but not
 * the one that ends the text. Throws {@link PromptUnusableError}.
 */
export async function* generate(
  transformer: Transformer,
  weights: ModelWeights,
  { prompt, count, context, end, choose }: Writing,
): AsyncGenerator<number, WritingEnd> {
  if (prompt.length === 0 || prompt.length >= context) throw new PromptUnusableError(prompt.length, context);
  using cache = new KvCache();
  let recent = Int32Array.from(prompt);
  for (let made = 0; made < count; made++) {
    if (prompt.length + made >= context) return 'context';
    const next = choose(await nextLogits(transformer, weights, recent, cache));
    if (next === end) return 'end-token';
    yield next;
    recent = Int32Array.of(next);
  }
  return 'count';
}

/** Reads tokens after those in the cache and tells the logits `[vocabulary]` of what follows on them. */
export async function nextLogits(transformer: Transformer, weights: ModelWeights, ids: Int32Array, cache: KvCache): Promise<Float32Array> {
  using hidden = await transformer.extend(weights, ids, cache);
  return await transformer.logits(weights, hidden, { start: ids.length - 1, end: ids.length });
}
