import { ExplainedError } from '../base/explained-error.ts';
import type { ModelSpec } from '../model/spec.ts';
import type { TokenBatch } from '../model/weights.ts';
import type { Text } from '../sources/text.ts';
import type { Tokenizer } from '../sources/tokenizer.ts';
import { sameText, withoutShared } from '../sources/shared-text.ts';
import { splitText, type SplitOptions } from '../sources/split-text.ts';
import type { TokenSequences } from '../sources/token-sequences.ts';
import type { RunConfig } from './run-config.ts';
import { budgets } from './memory-budgets.ts';
import { sequenceLength } from './sequence-length.ts';
import type { TokenSet } from './token-set.ts';

/**
 * Largest pool that fitness sequences are drawn from, tokens. Drawing again what was drawn before saves runs of the dense
 * model; a genome has too few degrees of freedom to learn a pool of this size by heart.
 */
const largestFitnessPool = budgets.fitnessPool;
/** Largest pool of training sequences, tokens; longer trainings go over it again. */
const largestTrainingPool = 262_144;
/** Held-out tokens that post-training is watched on; they are not those of the evaluation. */
const validationTokens = 4096;

/** Both texts say the same: nothing would be held out. */
export class TextsAlikeError extends ExplainedError {
  constructor(heldOut: string, training: string) {
    super({
      what: `Everything that ${heldOut} has to offer for measuring is also in ${training}.`,
      means: 'A model must not be measured on what it was pruned by, so the run was not started.',
      remedy: 'Choose another held-out text, or the same file for both: it is then parted.',
    });
  }
}

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
  /** All of them in words. */
  readonly sets: readonly TokenSet[];
}

const total = (config: RunConfig, tokens: 'fitnessTokens' | 'trainingTokens'): number =>
  config.search.stages.reduce((sum, stage) => sum + stage[tokens], 0);

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

/** Tokens that the held-out text is to give. */
function heldOutNeeds(config: RunConfig): Record<'evaluation' | 'validation', number> {
  return { evaluation: config.evaluation.tokens, validation: config.postTraining.tokens > 0 ? validationTokens : 0 };
}

export interface RunTexts {
  readonly training: Text;
  readonly heldOut: Text;
}

type Pieces = Record<'calibration' | 'fitness' | 'training' | 'evaluation' | 'validation', TokenSequences>;

/**
 * Parts one text into all sets, or each of two texts into its own. Two texts may have passages in common: held-out sequences
 * that are also in the training text are left out.
 */
async function cut(config: RunConfig, tokenizer: Tokenizer, { training, heldOut }: RunTexts, length: number, options: SplitOptions): Promise<Pieces> {
  const needs = trainingNeeds(config, length);
  if (sameText(training, heldOut)) return splitText(training, tokenizer, { ...heldOutNeeds(config), ...needs }, length, options);
  const first = await splitText(training, tokenizer, needs, length, options);
  const second = await splitText(heldOut, tokenizer, heldOutNeeds(config), length);
  const seen = [first.calibration, first.fitness, first.training];
  const apart = { evaluation: withoutShared(second.evaluation, seen), validation: withoutShared(second.validation, seen) };
  if (apart.evaluation.sequences === 0) throw new TextsAlikeError(heldOut.name, training.name);
  return { ...first, ...apart };
}

function tokenSets({ training, heldOut }: RunTexts, pieces: Pieces): TokenSet[] {
  const uses = ['calibration', 'fitness', 'training', 'validation', 'evaluation'] as const;
  return uses.flatMap((use) => {
    const tokens = pieces[use].ids.length;
    const text = use === 'evaluation' || use === 'validation' ? heldOut.name : training.name;
    return tokens > 0 ? [{ use, tokens, text }] : [];
  });
}

/**
 * Cuts both texts into the sets of a run. Calibration and evaluation come first, so they are the same whatever the search
 * needs. Throws TextTooShortError when a text does not hold what the run asks for, {@link TextsAlikeError}.
 */
export async function planCorpus(
  config: RunConfig,
  spec: ModelSpec,
  tokenizer: Tokenizer,
  texts: RunTexts,
  onProgress: (done: number, total: number) => void,
): Promise<Corpus> {
  const length = sequenceLength(config, spec);
  const pieces = await cut(config, tokenizer, texts, length, { onProgress });
  const { calibration, fitness, training, evaluation, validation } = pieces;
  return { length, calibration, fitness, training, evaluation, validation: validation.sequences > 0 ? validation : null, sets: tokenSets(texts, pieces) };
}
