/** Pivots and what each was chosen for, in order of elimination. */
export interface Eliminated {
  /** Indices among the n of the start. */
  readonly pivots: Int32Array;
  /** `||w_s||^2 / P_ss` of each; {@link NO_PIVOT} where P_ss was not positive. */
  readonly ratios: Float32Array;
}

/** The ratio of a pivot that is not positive: the arithmetic has run out, and nothing was eliminated with it. */
export const NO_PIVOT = -1;

/**
 * Greedy elimination of indices from a symmetric positive definite `P [n, n]` and a `W [rows, n]` whose columns go along, in
 * float32: the index s of least `||w_s||^2 / P_ss` goes, ties to the lowest, and
 *
 *     P <- P - p_s p_s^T / P_ss      W <- W - w_s p_s^T / P_ss
 *
 * restricted to what remains. P is then the inverse of what remains of `P^-1` (a Schur complement).
 */
export interface Elimination extends Disposable {
  /** Indices that remain. */
  readonly remaining: number;
  /** Eliminates `count` of them, at least one. */
  eliminate(count: number): Promise<Eliminated>;
  /** W `[rows, remaining]`, in ascending order of indices; one must remain. */
  weight(): Promise<Float32Array>;
  /** `P x` `[remaining]`, x in ascending order of indices; one must remain. */
  product(x: Float32Array): Promise<Float32Array>;
}

/** Starts an elimination. P `[n, n]`, of which the upper triangle is read, and W `[rows, n]`; neither is changed. */
export type Eliminator = (p: Float32Array, w: Float32Array, n: number) => Promise<Elimination>;
