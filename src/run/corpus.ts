import type { ModelSpec } from '../model/spec.ts';
import type { TokenBatch } from '../model/weights.ts';
import type { Text } from '../sources/text.ts';
import type { Tokenizer } from '../sources/tokenizer.ts';
import { splitText } from '../sources/split-text.ts';
import type { RunConfig } from './run-config.ts';

/** Longest sequence that a run uses, tokens: what small models are trained on, and what keeps attention cheap. */
const longestSequence = 256;
/**
 * Largest pool that fitness sequences are drawn from, tokens. Drawing again what was drawn before saves runs of the dense
 * model; a genome has too few degrees of freedom to learn a pool of this size by heart.
 */
const largestFitnessPool = 32_768;
/** Largest pool of training sequences, tokens; longer trainings go over it again. */
const largestTrainingPool = 262_144;
/** Held-out tokens that post-training is watched on; they are not those of the evaluation. */
const validationTokens = 4096;

/** The token sequences of a run, each set disjoint from the others. */
export interface Corpus {
  /** Length of every sequence. */
  readonly length: number;
  readonly calibration: TokenBatch;
  readonly fitness: TokenBatch;
  readonly training: TokenBatch;
  /** Held out; what the result is measured on. */
  readonly evaluation: TokenBatch;
  /** Held out; what post-training keeps its best by. Null where there is none. */
  readonly validation: TokenBatch | null;
}

const total = (config: RunConfig, tokens: 'fitnessTokens' | 'trainingTokens'): number =>
  config.search.stages.reduce((sum, stage) => sum + stage[tokens], 0);

/** Sequences are as long as the model and the smallest measurement allow, 256 at most. */
export function sequenceLength(config: RunConfig, spec: ModelSpec): number {
  const smallest = Math.min(...config.search.stages.map((stage) => stage.fitnessTokens));
  return Math.max(2, Math.min(longestSequence, spec.maxPositions, smallest));
}

/** Tokens that each set of the training text needs. */
function trainingNeeds(config: RunConfig, length: number): Record<'calibration' | 'fitness' | 'training', number> {
  const { strategy, generations } = config.search;
  const rounds = strategy === 'uniform' ? 0 : generations;
  const tuning = Math.min(rounds * total(config, 'trainingTokens'), largestFitnessPool);
  const pool = (tokens: number, most: number): number => Math.max(length, Math.min(tokens, most));
  return {
    calibration: config.calibrationTokens,
    fitness: pool(rounds * total(config, 'fitnessTokens'), Math.max(largestFitnessPool, total(config, 'fitnessTokens'))),
    training: pool(Math.max(tuning, config.postTraining.tokens), largestTrainingPool),
  };
}

/**
 * Cuts both texts into the sets of a run. Calibration and evaluation come first, so they are the same whatever the search
 * needs. Throws TextTooShortError when a text does not hold what the run asks for.
 */
export async function planCorpus(
  config: RunConfig,
  spec: ModelSpec,
  tokenizer: Tokenizer,
  texts: { readonly training: Text; readonly heldOut: Text },
  onProgress: (done: number, total: number) => void,
): Promise<Corpus> {
  const length = sequenceLength(config, spec);
  const training = await splitText(texts.training, tokenizer, trainingNeeds(config, length), length, { onProgress });
  const watched = config.postTraining.tokens > 0 ? validationTokens : 0;
  const heldOut = await splitText(texts.heldOut, tokenizer, { evaluation: config.evaluation.tokens, validation: watched }, length);
  return {
    length,
    calibration: training.calibration,
    fitness: training.fitness,
    training: training.training,
    evaluation: heldOut.evaluation,
    validation: watched > 0 ? heldOut.validation : null,
  };
}
