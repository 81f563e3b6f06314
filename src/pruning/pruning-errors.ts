import { ExplainedError } from '../base/explained-error.ts';

const NOT_PRUNED = 'The level database was not finished; nothing was pruned.';

/** A Gram matrix or Hessian that holds NaN or infinity. */
export class HessianNotFiniteError extends ExplainedError {
  constructor(module: string, row: number, column: number) {
    super({
      what: `The calibration inputs of ${module} are not finite (entry ${row}, ${column} of their Hessian).`,
      means: NOT_PRUNED,
      remedy: 'Check the model file: the dense model itself overflows on this text. Try other calibration text or the WASM backend.',
    });
  }
}

/** No calibration token was seen for a module. */
export class NoCalibrationTokensError extends ExplainedError {
  constructor(module: string) {
    super({
      what: `No calibration tokens reached ${module}.`,
      means: NOT_PRUNED,
      remedy: 'Calibrate with at least one sequence of tokens.',
    });
  }
}

/** A damped Hessian without a Cholesky factor. */
export class HessianNotPositiveDefiniteError extends ExplainedError {
  constructor(module: string, damping: number) {
    super({
      what: `The Hessian of ${module} is not positive definite with a damping of ${damping}.`,
      means: NOT_PRUNED,
      remedy: 'Use more calibration tokens or a larger damping (0.01 is usual).',
    });
  }
}

/** A weight or a score that is NaN or infinite. */
export class PruningNotFiniteError extends ExplainedError {
  constructor(module: string, what: string) {
    super({
      what: `${what} of ${module} is not a finite number.`,
      means: NOT_PRUNED,
      remedy: 'Check the model file for damaged weights.',
    });
  }
}

/** A greedy pass in float32 that lost its precision within one level, though it began with an exact inverse. */
export class DevicePrecisionError extends ExplainedError {
  constructor(module: string) {
    super({
      what: `The inverse Hessian of ${module} is beyond the precision of float32, in which the graphics card computes.`,
      means: NOT_PRUNED,
      remedy: 'Build the level database on the processor (databaseOn: cpu), or use more calibration tokens.',
    });
  }
}

/** A weight of a level that the chosen element type of the database cannot hold. */
export class LevelWeightRangeError extends ExplainedError {
  constructor(module: string, value: number) {
    super({
      what: `A weight of ${module} became ${value}, and float16 ends at 65504.`,
      means: NOT_PRUNED,
      remedy: 'Set the precision of the level database (databasePrecision) to float32 and start again.',
    });
  }
}

/** A module of the level database that was saved, and does not fit the model. */
export class StoredModuleError extends ExplainedError {
  constructor(module: string, fault: string, options?: ErrorOptions) {
    super(
      {
        what: `What is saved of ${module} does not fit the model: ${fault}.`,
        means: 'The run cannot go on from it. Nothing was deleted.',
        remedy: 'Start the run again with the same settings and seed, and discard what was saved of this one.',
      },
      options,
    );
  }
}

/** A genome that does not fit the level database. */
export class GenomeInvalidError extends ExplainedError {
  constructor(problem: string) {
    super({
      what: `The genome does not fit the level database: ${problem}.`,
      means: 'No candidate was made from it.',
      remedy: 'Use a genome and a database of the same model, granularity and number of levels.',
    });
  }
}

/** A worker that prunes ended or failed outside a job. */
export class PruneWorkerFailedError extends ExplainedError {
  constructor(reason: string, options?: ErrorOptions) {
    super(
      {
        what: `A worker that builds the level database failed: ${reason}.`,
        means: NOT_PRUNED,
        remedy: 'Start again with fewer workers; if memory is short, close other tabs.',
      },
      options,
    );
  }
}

/** Memory for the greedy pass that could not be had. */
export class KernelMemoryError extends ExplainedError {
  constructor(bytes: number, options?: ErrorOptions) {
    super(
      {
        what: `Pruning a module needs ${(bytes / 1e9).toFixed(2)} GB of memory in one piece, which could not be had.`,
        means: NOT_PRUNED,
        remedy: 'Close other tabs and use fewer pruning workers; a module of more than 4.29 GB is beyond what WebAssembly addresses.',
      },
      options,
    );
  }
}
