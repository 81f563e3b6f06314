import type { Individual } from './individual.ts';
import type { Stage } from './settings.ts';

/** One stage of a generation to measure. */
export interface MeasureRequest {
  readonly generation: number;
  /** Index from 0. */
  readonly stageIndex: number;
  readonly stage: Stage;
  readonly learningRate: number;
  /** To train and measure, each from the database weights, all on the same data. In the last stage the parent is the last of them. */
  readonly candidates: readonly Individual[];
  /** The parent in every stage: most candidates share their first blocks with it, so activations can be reused. */
  readonly parent: Individual;
}

/** What is known of a candidate's fine-tuning. */
interface Trained {
  /** Of the first and the last step, nats a token. */
  readonly losses?: readonly [first: number, last: number];
  /** Whether they say that it went astray; the candidate has failed then. */
  readonly diverged?: boolean;
}

export type MeasureEvent =
  /** `done` of `total` tokens trained on, or measured: then the fitness is on the device, and is told when the stage is read. */
  | { readonly type: 'training'; readonly id: string; readonly done: number; readonly total: number }
  | { readonly type: 'measuring'; readonly id: string; readonly done: number; readonly total: number }
  | ({ readonly type: 'measured'; readonly id: string; readonly fitness: number } & Trained)
  /** In place of `measured`, never of the parent: it cannot survive the stage any more. The fitness of the tokens that were measured, and how many were not. */
  | ({ readonly type: 'dropped'; readonly id: string; readonly fitness: number; readonly tokens: number; readonly saved: number } & Trained);

/**
 * Measures a whole stage, every candidate exactly once, in any order, or drops it on the way. Fitness: lower is better; a candidate
 * whose fitness or loss is not finite has failed. A consumer that stops early calls the iterator's `return`, which has to free what the stage holds.
 */
export type Measure = (request: MeasureRequest) => AsyncIterable<MeasureEvent>;
