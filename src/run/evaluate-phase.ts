import { MeasuringSet } from '../evaluation/measuring-set.ts';
import { QualityTally } from '../evaluation/quality.ts';
import { inBatches } from '../model/token-batches.ts';
import type { Transformer } from '../model/transformer.ts';
import type { ModelWeights, TokenBatch } from '../model/weights.ts';
import type { Quality, RunEventBody } from './run-events.ts';
import type { TokenTally } from './token-tally.ts';

export interface EvaluatePhaseOptions {
  readonly transformer: Transformer;
  readonly dense: ModelWeights;
  readonly uniform: ModelWeights;
  readonly winner: ModelWeights;
  /** Held-out sequences. */
  readonly tokens: TokenBatch;
  readonly sequencesPerBatch: number;
  readonly tally: TokenTally;
}

export type Qualities = Readonly<Record<'dense' | 'uniform' | 'winner', Quality>>;

/** Measures the dense model, the uniform one and the winner on held-out text, batch by batch side by side. */
export async function* evaluatePhase(options: EvaluatePhaseOptions): AsyncGenerator<RunEventBody, Qualities> {
  const { transformer, dense, uniform, winner, tokens, tally } = options;
  const models = [dense, uniform, winner].map((weights) => ({ weights, tally: new QualityTally() }));
  const total = tokens.ids.length;
  let done = 0;
  for (const batch of inBatches(tokens, options.sequencesPerBatch)) {
    await using set = await MeasuringSet.create(transformer, dense, [batch]);
    for (const model of models) await model.tally.add(transformer, set, model.weights);
    tally.add({ forward: models.length * batch.ids.length });
    done += batch.ids.length;
    yield { type: 'phase-progress', phase: 'evaluate', done, total, unit: 'tokens' };
  }
  const [ofDense, ofUniform, ofWinner] = models.map((model) => model.tally.quality);
  if (ofDense === undefined || ofUniform === undefined || ofWinner === undefined) throw new RangeError('three models are measured');
  const qualities: Qualities = { dense: ofDense, uniform: ofUniform, winner: ofWinner };
  for (const which of ['dense', 'uniform', 'winner'] as const) {
    yield { type: 'evaluated', which, quality: qualities[which], tokens: total };
  }
  return qualities;
}
