import { fitnessOf, natsOf, type FitnessKind } from '../evaluation/fitness.ts';
import type { CandidateSums } from '../evaluation/stage-sums.ts';
import type { MeasureEvent, MeasureRequest } from '../search/measure.ts';
import { hasDiverged } from '../training/diverged.ts';

/** What candidates are measured by, on sequences of how many tokens, and of how many words. */
export interface Judging {
  readonly fitness: FitnessKind;
  readonly fitnessPool: { readonly length: number };
  readonly dense: { readonly spec: { readonly vocabulary: number } };
}

type Outcome = Pick<Extract<MeasureEvent, { type: 'measured' }>, 'id' | 'fitness' | 'losses' | 'diverged'>;

/**
 * What a stage has found of a candidate (index into the request) on its first `sequences` sequences: its fitness, and of its training
 * the losses and whether it diverged.
 */
export function outcomeOf({ fitness: kind, fitnessPool, dense }: Judging, { candidates, stage }: MeasureRequest, member: number, values: readonly CandidateSums[], sequences: number): Outcome {
  const id = candidates[member]?.id ?? '';
  const sums = values[member];
  const fitness = fitnessOf(kind, sums?.sequences.subarray(0, sequences) ?? [], fitnessPool.length);
  if (!sums || stage.trainingTokens === 0) return { id, fitness };
  const { losses } = sums;
  return { id, fitness, losses, ...(hasDiverged({ losses, after: natsOf(kind, fitness) }, dense.spec.vocabulary) && { diverged: true }) };
}
