import { ExplainedError } from '../base/explained-error.ts';
import { generateGreedy } from '../evaluation/generate.ts';
import type { ModelWeights } from '../model/weights.ts';
import type { LiveModels } from '../run/live-models.ts';
import type { EngineMessage } from './protocol.ts';

/** No model is on the device that could write. */
export class NothingToSampleError extends ExplainedError {
  constructor() {
    super({
      what: 'There is no model to write with yet.',
      means: 'Nothing was written.',
      remedy: 'Start a run; both models can write once the search has begun.',
    });
  }
}

/** Longest context that samples use, tokens. */
const longestContext = 256;
/** Milliseconds between two partial messages. */
const interval = 200;

/** Writes greedy text from the dense model and the parent, in part and in whole. Throws {@link NothingToSampleError}. */
export async function writeSamples(
  models: LiveModels | null,
  prompt: string,
  tokens: number,
  emit: (message: EngineMessage) => void,
): Promise<void> {
  if (models === null) throw new NothingToSampleError();
  using parent = await models.parent();
  const tell = (which: 'dense' | 'parent') => (text: string, tokensPerSecond: number, done: boolean) =>
    emit({ type: 'sampled', which, parent: parent.id, prompt, text, tokensPerSecond, done });
  await write(models, models.dense, prompt, tokens, tell('dense'));
  await write(models, parent.weights, prompt, tokens, tell('parent'));
}

async function write(
  { transformer, tokenizer }: LiveModels,
  weights: ModelWeights,
  prompt: string,
  tokens: number,
  tell: (text: string, tokensPerSecond: number, done: boolean) => void,
): Promise<void> {
  const opening = tokenizer.documentStart === null ? [] : [tokenizer.documentStart];
  const ids = [...opening, ...tokenizer.encode(prompt)];
  const context = Math.min(longestContext, weights.spec.maxPositions);
  const written: number[] = [];
  const began = performance.now();
  let told = began;
  for await (const id of generateGreedy(transformer, weights, ids, tokens, context)) {
    if (id === tokenizer.eos) break;
    written.push(id);
    const now = performance.now();
    if (now - told < interval) continue;
    told = now;
    tell(tokenizer.decode(written), (written.length / (now - began)) * 1000, false);
  }
  tell(tokenizer.decode(written), (written.length / (performance.now() - began)) * 1000, true);
}
