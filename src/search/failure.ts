/**
 * Why a candidate is out of a stage whatever the others are: its training loss or its fitness was not a finite number, or its
 * fine-tuning diverged.
 */
export const failureReasons = ['loss-not-finite', 'fitness-not-finite', 'diverged'] as const;
export type FailureReason = (typeof failureReasons)[number];

/** What went wrong, in words that follow the candidate's id. */
export const failureWords: Readonly<Record<FailureReason, string>> = {
  'loss-not-finite': 'its training loss was not a number',
  'fitness-not-finite': 'its fitness was not a number',
  diverged: 'its fine-tuning diverged',
};

/** What a measurement found of a candidate. */
export interface Found {
  readonly fitness: number;
  readonly losses?: readonly [first: number, last: number];
  readonly diverged?: boolean;
}

/** Why a measurement is worth nothing, by what went wrong first: training comes before measuring. Null where it is sound. */
export function failureOf({ fitness, losses = [0, 0], diverged = false }: Found): FailureReason | null {
  if (!losses.every(Number.isFinite)) return 'loss-not-finite';
  if (diverged) return 'diverged';
  return Number.isFinite(fitness) ? null : 'fitness-not-finite';
}
