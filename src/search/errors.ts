import { ExplainedError } from '../base/explained-error.ts';

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** No genome of the level database has the size that the target asks for. */
export class TargetUnreachableError extends ExplainedError {
  /** The sparsity that was asked for, and the nearest one that a genome with something left can have. */
  readonly sparsity: number;
  readonly nearest: number;

  constructor(sparsity: number, nearest: number) {
    super({
      what: `No choice of levels removes ${percent(sparsity)} of the prunable parameters; the most that leaves a model is ${percent(nearest)}.`,
      means: 'The search has not started. The level database is kept.',
      remedy: `Choose a target of at most ${percent(Math.floor(1000 * nearest) / 1000)}, or build the database with more levels.`,
    });
    this.sparsity = sparsity;
    this.nearest = nearest;
  }
}

/** A setting of the search that makes no sense. */
export class SearchSettingsError extends ExplainedError {
  constructor(setting: string, problem: string) {
    super({
      what: `The search setting "${setting}" ${problem}.`,
      means: 'The setting was not taken over.',
      remedy: `Give "${setting}" another value.`,
    });
  }
}

/** A candidate that the user chose cannot be the parent of this search. */
export class ParentRefusedError extends ExplainedError {
  constructor(id: string, problem: string) {
    super({
      what: `Candidate ${id} cannot be the parent: ${problem}.`,
      means: 'The search goes on with the parent that it has.',
      remedy: 'Choose a candidate of this run.',
    });
  }
}

/** A search was to go on from where another one stood. */
export class ResumeMismatchError extends ExplainedError {
  constructor(problem: string, options?: ErrorOptions) {
    super(
      {
        what: `The search cannot go on from where it was stored: ${problem}.`,
        means: 'The stored run belongs to another model, level database, target or seed.',
        remedy: 'Resume it with the settings that it was started with, or start a new search.',
      },
      options,
    );
  }
}

/** The measuring function reported a candidate that was not asked for, twice, or not at all. */
export class MeasurementError extends ExplainedError {
  constructor(problem: string) {
    super({
      what: `Measuring a generation went wrong: ${problem}.`,
      means: 'The search has stopped; its events up to here are kept.',
      remedy: 'Start the run again; if it fails in the same way, report it with the run file.',
    });
  }
}
