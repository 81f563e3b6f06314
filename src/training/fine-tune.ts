import { trainableTensors } from '../model/parameters.ts';
import type { Transformer } from '../model/transformer.ts';
import type { ModelWeights, TokenBatch } from '../model/weights.ts';
import type { Runtime, Tensor } from '../runtime/runtime.ts';
import { AdamWOptimizer } from './adamw-optimizer.ts';
import type { LearningRateSchedule } from './learning-rate.ts';

export interface FineTuneOptions {
  readonly runtime: Runtime;
  readonly transformer: Transformer;
  /** Private copies in float32 of what is trained: they are changed in place. The caller owns them. */
  readonly weights: ModelWeights;
  /** One optimizer step for each; the paper takes one sequence a step. Where training goes on: those that are left. */
  readonly batches: Iterable<TokenBatch>;
  /** Tokens of all batches, also of those that were trained before. */
  readonly totalTokens: number;
  /** Tokens of batches that were trained before. */
  readonly trainedTokens?: number;
  /** The caller's, which it disposes: over the trainable tensors of the weights. Default: a fresh one, which goes at the end. */
  readonly optimizer?: AdamWOptimizer;
  readonly learningRate: LearningRateSchedule;
  /** Whether the embedding and the head are trained too; without, they may be shared, and no gradient or moment is held for them. Default true. */
  readonly embeddings?: boolean;
}

export interface FineTuneStep {
  readonly tokens: number;
  readonly total: number;
  /** Cross-entropy of the step's batch before the step `[1, 1]`, nats a predicted token; on the device, borrowed until the next step is asked for. */
  readonly loss: Tensor;
  readonly learningRate: number;
}

/**
 * Next-token cross-entropy training with AdamW (method section 3), one event a step. Between two steps all that it goes on from is the
 * weights, the optimizer and the tokens so far. Reads nothing back. Frees its moments, gradients and losses however it ends, also when
 * the consumer stops pulling.
 */
export async function* fineTune(options: FineTuneOptions): AsyncGenerator<FineTuneStep, void> {
  const { runtime, transformer, weights, batches, totalTokens, learningRate, embeddings = true } = options;
  const optimizer = options.optimizer ?? new AdamWOptimizer(runtime, trainableTensors(weights, { embeddings }));
  using _ = options.optimizer ? null : optimizer;
  let tokens = options.trainedTokens ?? 0;
  for (const batch of batches) {
    tokens += batch.ids.length;
    const rate = learningRate(tokens, totalTokens);
    const { loss: mean, gradients } = await transformer.lossAndGradients(weights, batch, { embeddings });
    using loss = mean;
    try {
      await optimizer.step(gradients, rate);
    } finally {
      for (const gradient of gradients.values()) gradient.dispose();
    }
    yield { tokens, total: totalTokens, loss, learningRate: rate };
  }
}
