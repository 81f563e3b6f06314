import { MeasuringSet } from '../evaluation/measuring-set.ts';
import { QualityTally } from '../evaluation/quality.ts';
import { inBatches } from '../model/token-batches.ts';
import type { Transformer } from '../model/transformer.ts';
import type { ModelWeights, TokenBatch } from '../model/weights.ts';
import type { Evaluated, RunEventBody } from './run-events.ts';
import type { RunResult } from './run-result.ts';
import type { TokenTally } from './token-tally.ts';

export interface EvaluatePhaseOptions {
  readonly transformer: Transformer;
  readonly dense: ModelWeights;
  readonly uniform: ModelWeights;
  /** The winner before post-training; null where there was none. */
  readonly searched: ModelWeights | null;
  readonly winner: ModelWeights;
  /** Held-out sequences. */
  readonly tokens: TokenBatch;
  readonly sequencesPerBatch: number;
  readonly tally: TokenTally;
}

export type Qualities = Pick<RunResult['heldOut'], Evaluated>;

/** Measures the dense model, the uniform one and the winner, before and after post-training, on held-out text, batch by batch side by side. */
export async function* evaluatePhase(options: EvaluatePhaseOptions): AsyncGenerator<RunEventBody, Qualities> {
  const { transformer, dense, tokens, tally } = options;
  const measured = (which: Evaluated, weights: ModelWeights) => ({ which, weights, tally: new QualityTally() });
  const [ofDense, ofUniform, ofWinner] = [measured('dense', dense), measured('uniform', options.uniform), measured('winner', options.winner)] as const;
  const ofSearched = options.searched && measured('searched', options.searched);
  const models = [ofDense, ofUniform, ...(ofSearched ? [ofSearched] : []), ofWinner];
  const total = tokens.ids.length;
  let done = 0;
  for (const batch of inBatches(tokens, options.sequencesPerBatch)) {
    await using set = await MeasuringSet.create(transformer, dense, [batch]);
    for (const model of models) await model.tally.add(transformer, set, model.weights);
    tally.add({ forward: models.length * batch.ids.length });
    done += batch.ids.length;
    yield { type: 'phase-progress', phase: 'evaluate', done, total, unit: 'tokens' };
  }
  for (const model of models) yield { type: 'evaluated', which: model.which, quality: model.tally.quality, tokens: total };
  return {
    dense: ofDense.tally.quality,
    uniform: ofUniform.tally.quality,
    winner: ofWinner.tally.quality,
    ...(ofSearched && { searched: ofSearched.tally.quality }),
  };
}
