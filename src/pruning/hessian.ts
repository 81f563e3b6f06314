import { HessianNotFiniteError, NoCalibrationTokensError } from './pruning-errors.ts';

/** Throws {@link HessianNotFiniteError} at the first NaN or infinity of a matrix `[columns, columns]`. */
function checkFinite(values: Float32Array | Float64Array, columns: number, module: string): void {
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? 0;
    // 0 only for finite values; cheaper than Number.isFinite.
    if (value - value !== 0) throw new HessianNotFiniteError(module, Math.floor(index / columns), index % columns);
  }
}

/**
 * Sums the Gram matrices `X^T X` of a module's calibration inputs in float64: float32 keeps 24 bits of each batch, the
 * sum over many batches keeps them all.
 */
export class HessianAccumulator {
  readonly module: string;
  readonly columns: number;
  #sum: Float64Array<ArrayBuffer> | null;
  #tokens = 0;
  /** Why this is no Hessian: some of its inputs were not finite. Null where all were. */
  fault: HessianNotFiniteError | null = null;

  /** @param module its name in errors @param columns input columns of the output projection */
  constructor(module: string, columns: number) {
    this.module = module;
    this.columns = columns;
    this.#sum = new Float64Array(columns * columns);
  }

  get tokens(): number {
    return this.#tokens;
  }

  /**
   * Adds `X^T X` `[columns, columns]` over `tokens` inputs. Throws {@link HessianNotFiniteError}, and RangeError for
   * another size or after {@link take}; the sum then stays as it was.
   */
  add(gram: Float32Array, tokens: number): void {
    const sum = this.#live();
    if (gram.length !== sum.length) throw new RangeError(`a Gram matrix of ${gram.length} values for ${this.columns} columns`);
    checkFinite(gram, this.columns, this.module);
    for (let index = 0; index < sum.length; index++) sum[index] = (sum[index] ?? 0) + (gram[index] ?? 0);
    this.#tokens += tokens;
  }

  /** What a user should know about this calibration; null where nothing is wrong. */
  get note(): string | null {
    if (this.#tokens >= this.columns) return null;
    return `${this.module} has ${this.columns} inputs and only ${this.#tokens} calibration tokens: its Hessian leans on damping. Use more tokens.`;
  }

  /**
   * `H = (2/n) X^T X` `[columns, columns]` over the n tokens added (method section 2, where X is transposed). The matrix
   * passes to the caller and the accumulator is spent. Throws {@link NoCalibrationTokensError}.
   */
  take(): Float64Array<ArrayBuffer> {
    const sum = this.#live();
    if (this.#tokens === 0) throw new NoCalibrationTokensError(this.module);
    const scale = 2 / this.#tokens;
    for (let index = 0; index < sum.length; index++) sum[index] = (sum[index] ?? 0) * scale;
    this.#sum = null;
    return sum;
  }

  #live(): Float64Array<ArrayBuffer> {
    if (this.#sum === null) throw new RangeError(`the Hessian of ${this.module} was taken already`);
    return this.#sum;
  }
}

/** A damped Hessian: symmetric and, with enough damping, positive definite. */
export interface PreparedHessian {
  /** Name of the module, for errors. */
  readonly module: string;
  readonly columns: number;
  readonly damping: number;
  /** `[columns, columns]` */
  readonly matrix: Float64Array;
  /** Inputs that were always 0: their columns of the weight become 0. */
  readonly dead: readonly number[];
}

export interface HessianSettings {
  readonly module: string;
  readonly columns: number;
  /** Relative damping, 0.01 in the paper. */
  readonly damping: number;
}

/**
 * Dead inputs and damping (method sections 2 and 6), in place: where `H_ii = 0` it becomes 1, then
 * `damping * mean(diag H)` is added to the diagonal, the mean taken after the first step.
 * Throws {@link HessianNotFiniteError}, and RangeError for another size.
 */
export function prepareHessian(matrix: Float64Array, { module, columns, damping }: HessianSettings): PreparedHessian {
  if (matrix.length !== columns * columns) throw new RangeError(`a Hessian of ${matrix.length} values for ${columns} columns`);
  checkFinite(matrix, columns, module);
  const dead: number[] = [];
  let trace = 0;
  for (let index = 0; index < matrix.length; index += columns + 1) {
    if (matrix[index] === 0) {
      dead.push(index / (columns + 1));
      matrix[index] = 1;
    }
    trace += matrix[index] ?? 0;
  }
  const added = damping * (trace / columns);
  for (let index = 0; index < matrix.length; index += columns + 1) matrix[index] = (matrix[index] ?? 0) + added;
  return { module, columns, damping, matrix, dead };
}
