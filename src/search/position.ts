import type { Individual, SizedIndividual } from './individual.ts';
import type { SearchSettings } from './settings.ts';

/** How far a generation is: its offspring follow from the seed and the parent, so what its stages decided is enough. */
export interface GenerationPosition {
  /** Stages that are over; 0 behind `generation-started`. */
  readonly stages: number;
  /** Who enters the next stage, best first (before the first stage: all offspring, in order). The parent is not among them. */
  readonly entering: readonly Individual[];
  /** Of the stages that are over, as `generation-finished` tells them. */
  readonly evaluatedCandidates: number;
  readonly fitnessTokens: number;
  readonly trainedTokens: number;
}

/** Where a search stands between two events: with the seed, all that it needs to go on as if it had never stopped. Plain, serialisable. */
export interface SearchPosition {
  /** The last generation that is over; 0 before the first. */
  readonly generation: number;
  /** In force, and its fitness in that generation's last stage. */
  readonly parent: SizedIndividual;
  readonly fitness: number | null;
  /** In force: those of the run with what was changed since. */
  readonly settings: SearchSettings;
  /** Of the generation after it; null where that has not begun. */
  readonly within: GenerationPosition | null;
}
