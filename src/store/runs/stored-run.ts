import type { Explanation } from '../../base/explained-error.ts';
import type { ModuleKind } from '../../model/spec.ts';
import type { RunConfig } from '../../run/run-config.ts';
import type { Evaluated, ModelSummary, Parent, Phase, Quality, Speed } from '../../run/run-events.ts';
import type { RunResult } from '../../run/run-result.ts';
import type { SearchState } from '../run-state.ts';

/** The parent's fitness over the generations, as columns of equal length: a long run has thousands. */
export interface RunCurve {
  /** Fitness of the parent at the end of each generation, from generation 1; null where it was not a number. */
  readonly fitness: readonly (number | null)[];
  readonly forwardTokens: readonly number[];
  readonly trainedTokens: readonly number[];
  /** Active seconds since the run began. */
  readonly at: readonly number[];
  /** Fitness of the parent that generation 1 began with: the uniform genome's. */
  readonly start: number | null;
}

/** One module as the shape strip needs it: structures kept at each level. */
export interface ShapeModule {
  readonly layer: number;
  readonly kind: ModuleKind;
  readonly structures: number;
  readonly kept: readonly number[];
}

/** What the events of a run come to, small enough to list many: {@link recordEvent}. */
export interface RunRecord {
  readonly version: 1;
  readonly startedAt: string;
  readonly config: RunConfig;
  /** Settings that were changed while it ran, and how often a candidate was made the parent by hand. */
  readonly changes: SearchState['changes'];
  readonly adopted: number;
  /** What ran it, in words. */
  readonly device: string | null;
  readonly model: ModelSummary | null;
  readonly state: 'running' | 'finished' | 'stopped' | 'failed';
  /** That it is in, or was when it ended. */
  readonly phase: Phase | null;
  readonly seconds: number;
  /** Active seconds of the phases that are over. */
  readonly phaseSeconds: Partial<Readonly<Record<Phase, number>>>;
  /** As many generations as are planned; those that are over are in the curve. */
  readonly generations: number;
  readonly curve: RunCurve;
  readonly modules: readonly ShapeModule[];
  readonly parent: Parent | null;
  readonly quality: Partial<Readonly<Record<Evaluated, Quality>>>;
  readonly speed: Partial<Readonly<Record<'dense' | 'uniform' | 'winner', Speed>>>;
  readonly result: RunResult | null;
  readonly failure: Explanation | null;
}

/** Which run a control was started from, and what it does without. */
export interface RunOrigin {
  readonly id: string;
  readonly kind: ControlKind;
}

/**
 * What shows how much of a result is owed to the search: no search at all, random search at equal budget, or a search whose
 * candidates are not trained.
 */
export const controlKinds = ['uniform', 'random', 'untrained'] as const;
export type ControlKind = (typeof controlKinds)[number];

/** A run in the library. */
export interface StoredRun extends RunRecord {
  readonly id: string;
  /** From 1, in the order of storing. */
  readonly number: number;
  readonly name: string;
  readonly origin: RunOrigin | null;
  /** Came from a file. */
  readonly imported: boolean;
  /** That its events take, as they are stored. */
  readonly bytes: number;
  /** When it was deleted, in milliseconds since 1970; it can be brought back for a few seconds. */
  readonly deletedAt: number | null;
}

/** Generations that are over. */
export const generationsOf = (run: Pick<RunRecord, 'curve'>): number => run.curve.fitness.length;

/** The last known fitness of the parent; null where none was measured. */
export const lastFitness = ({ curve }: Pick<RunRecord, 'curve'>): number | null => curve.fitness.findLast((value) => value !== null) ?? curve.start;
