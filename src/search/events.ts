import type { Explanation } from '../base/explained-error.ts';
import type { FailureReason } from './failure.ts';
import type { SizedIndividual } from './individual.ts';
import type { SearchPosition } from './position.ts';
import type { SearchChanges, Stage } from './settings.ts';

export type { Individual, SizedIndividual } from './individual.ts';

/**
 * What a search tells: plain, serialisable, in order. A generation is `generation-started`, then for each stage trainings,
 * measurements (or drops, or failures) and `stage-finished`, then `generation-finished`. One that is stopped has no
 * `generation-finished`. A `position` follows the start of a generation, each stage but the last, and the end of a generation.
 * Stage indices count from 0, generations and offspring from 1.
 */
export type SearchEvent =
  | GenerationStarted
  | CandidateTraining
  | CandidateMeasuring
  | CandidateMeasured
  | CandidateFailed
  | CandidateDropped
  | StageFinished
  | GenerationFinished
  | SettingsChanged
  | ParentChosen
  | ChangeRefused
  | PositionReached;

export interface OffspringSummary extends SizedIndividual {
  /** Indices of the modules whose level differs from the parent's. */
  readonly changed: readonly number[];
}

export interface GenerationStarted {
  readonly type: 'generation-started';
  readonly generation: number;
  /** Number of the last generation, as set now. */
  readonly generations: number;
  readonly parent: SizedIndividual;
  /** Fewer than `wanted` where the space holds no more distinct ones nearby. */
  readonly offspring: readonly OffspringSummary[];
  readonly wanted: number;
  readonly stages: readonly Stage[];
  readonly learningRate: number;
}

/** Fine-tuning inside a stage: `done` of `total` tokens. */
export interface CandidateTraining {
  readonly type: 'candidate-training';
  readonly generation: number;
  readonly stage: number;
  readonly id: string;
  readonly done: number;
  readonly total: number;
}

/** Measuring inside a stage: `done` of `total` tokens. The fitness is told with that of all others, when the stage is read. */
export interface CandidateMeasuring extends Omit<CandidateTraining, 'type'> {
  readonly type: 'candidate-measuring';
}

/**
 * Lower is better. In the last stage the parent is measured too, under its own id. `losses`: of the first and the last step of
 * its training, nats a token.
 */
export interface CandidateMeasured {
  readonly type: 'candidate-measured';
  readonly generation: number;
  readonly stage: number;
  readonly id: string;
  readonly fitness: number;
  readonly losses?: readonly [first: number, last: number];
}

/**
 * In place of `candidate-measured` or `candidate-dropped` where the measurement is worth nothing: it ranks behind all others. What is
 * not finite is null.
 */
export interface CandidateFailed {
  readonly type: 'candidate-failed';
  readonly generation: number;
  readonly stage: number;
  readonly id: string;
  readonly reason: FailureReason;
  readonly fitness: number | null;
  readonly losses?: readonly [first: number | null, last: number | null];
}

/** In place of `candidate-measured` where the candidate could not survive the stage any more; it ranks behind all that were measured. */
export interface CandidateDropped {
  readonly type: 'candidate-dropped';
  readonly generation: number;
  readonly stage: number;
  readonly id: string;
  /** Of the tokens measured so far: not to be compared with that of others. */
  readonly fitness: number;
  /** Fitness tokens measured, and those that were spared. */
  readonly tokens: number;
  readonly saved: number;
  readonly losses?: readonly [first: number, last: number];
}

export interface StageFinished {
  readonly type: 'stage-finished';
  readonly generation: number;
  readonly stage: number;
  /** Best first. After the last stage exactly one, which may be the parent. */
  readonly survivors: readonly string[];
  /** Best first. */
  readonly eliminated: readonly string[];
  /** Those of them with the very fitness of a survivor, where there are some: the order of entering decided (method, section 6). */
  readonly tied?: readonly string[];
}

export interface GenerationFinished {
  readonly type: 'generation-finished';
  readonly generation: number;
  /** From now on. The fitness is of the last stage; null where it failed there. */
  readonly parent: SizedIndividual & { readonly fitness: number | null };
  /** Of the parent before, measured in the same last stage. */
  readonly previousParentFitness: number | null;
  readonly replaced: boolean;
  /** Measurements of this generation over all stages, the parent's included and those that were dropped on the way. */
  readonly evaluatedCandidates: number;
  /** Fitness tokens of these measurements, without those that were spared, and tokens of fine-tuning before them. */
  readonly fitnessTokens: number;
  readonly trainedTokens: number;
}

/** Settings that differ from this generation on; only what differs is listed. */
export interface SettingsChanged {
  readonly type: 'changed';
  readonly generation: number;
  readonly before: SearchChanges;
  readonly after: SearchChanges;
}

/** The user made another candidate the parent, from this generation on. */
export interface ParentChosen {
  readonly type: 'parent-chosen';
  readonly generation: number;
  readonly before: SizedIndividual;
  readonly parent: SizedIndividual;
}

/** A change that was not valid; the settings stay and the search goes on. */
export interface ChangeRefused {
  readonly type: 'change-refused';
  readonly generation: number;
  readonly explanation: Explanation;
}

/** Where the search stands, told right behind the event that brought it there: `startAfter` goes on from here. */
export interface PositionReached {
  readonly type: 'position';
  readonly position: SearchPosition;
}

/** How a search ended. */
export interface SearchOutcome {
  readonly parent: SizedIndividual;
  /** In the last stage of the last finished generation; null where none was finished or the parent failed there. */
  readonly fitness: number | null;
  /** The last finished generation. */
  readonly generation: number;
  /** Ended by `shouldStop` before the last generation. */
  readonly stopped: boolean;
}
