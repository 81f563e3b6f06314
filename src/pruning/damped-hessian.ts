import { prepareHessian } from './hessian.ts';
import type { HessianSettings, PreparedHessian } from './hessian.ts';
import type { ModuleLevels } from './level-database.ts';
import { HessianNotPositiveDefiniteError } from './pruning-errors.ts';

/** How much more damping is tried at a time, and the most: ten times the mean of the diagonal, beside which the rest of a Hessian is small. */
const raiseBy = 10;
const largestDamping = 10;

/**
 * The Hessian of a module, damped as asked for and more where it has no Cholesky factor: rounding leaves eigenvalues below zero where
 * a few inputs are larger than all others together.
 */
export class DampedHessian {
  readonly #matrix: Float64Array;
  readonly #settings: HessianSettings;
  /** Of the raw matrix; the rest of it is never changed. */
  readonly #diagonal: Float64Array;
  #damping: number;

  /** @param matrix raw H `[columns, columns]`, which is worked on in place */
  constructor(matrix: Float64Array, settings: HessianSettings) {
    const { columns, damping } = settings;
    this.#matrix = matrix;
    this.#settings = settings;
    this.#damping = damping;
    this.#diagonal = Float64Array.from({ length: columns }, (_, index) => matrix[index * (columns + 1)] ?? Number.NaN);
  }

  /** With the damping in force, in place. Throws as {@link prepareHessian} does. */
  prepare(): PreparedHessian {
    this.restore();
    return prepareHessian(this.#matrix, { ...this.#settings, damping: this.#damping });
  }

  /** The matrix is raw again. */
  restore(): void {
    for (const [index, value] of this.#diagonal.entries()) this.#matrix[index * (this.#settings.columns + 1)] = value;
  }

  /** Damps ten times as much from here on. Throws the error where that does not help: for any other fault, beyond the bound, and where none is wanted. */
  raise(error: unknown): void {
    const next = raiseBy * this.#damping;
    if (!(error instanceof HessianNotPositiveDefiniteError) || this.#damping === 0 || next > largestDamping) throw error;
    this.#damping = next;
  }

  /** What a module's levels tell of it. */
  get told(): Pick<ModuleLevels, 'dampingRaised'> {
    return this.#damping === this.#settings.damping ? {} : { dampingRaised: this.#damping };
  }
}
