/**
 * The greedy pass as the textbook has it (method section 2): each removal rewrites all of P and W that remain. The oracle of
 * the tests and the baseline of the bench; it shares no code with the pass that the program runs.
 */

export interface PlainOutcome {
  /** Structures in order of removal. */
  readonly order: number[];
  /** `trace(W_S (P_SS)^-1 W_S^T)` of each removal. */
  readonly scores: number[];
  /** W `[d, columns]` of what remains. */
  readonly weight: Float64Array;
}

/** Inverse of a symmetric positive definite matrix `[n, n]`: `A = L L^T` row by row, `L^-1`, then `L^-T L^-1`. */
export function plainInverse(matrix: Float64Array, n: number): Float64Array<ArrayBuffer> {
  const l = Float64Array.from(matrix);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = l[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= l[i * n + k]! * l[j * n + k]!;
      l[i * n + j] = i === j ? Math.sqrt(sum) : sum / l[j * n + j]!;
    }
  }
  const m = new Float64Array(n * n); // L^-1: row i is (e_i - sum_{k < i} L_ik row k) / L_ii
  for (let i = 0; i < n; i++) {
    const pivot = l[i * n + i]!;
    for (let k = 0; k < i; k++) {
      const factor = l[i * n + k]! / pivot;
      for (let j = 0; j <= k; j++) m[i * n + j] = m[i * n + j]! - factor * m[k * n + j]!;
    }
    m[i * n + i] = 1 / pivot;
  }
  const inverse = new Float64Array(n * n); // sum over rows k of L^-1 of the outer product of the row with itself
  for (let k = 0; k < n; k++) {
    for (let i = 0; i <= k; i++) {
      const factor = m[k * n + i]!;
      for (let j = 0; j <= i; j++) inverse[i * n + j] = inverse[i * n + j]! + factor * m[k * n + j]!;
    }
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) inverse[j * n + i] = inverse[i * n + j]!;
  return inverse;
}

/** P `[n, n]`, W `[d, n]` and the structures that remain, with their columns one after the other. */
export interface PlainState {
  inverse: Float64Array;
  weight: Float64Array;
  n: number;
  readonly rows: number;
  readonly structures: number[];
  readonly sizes: number[];
}

/** `(P_SS)^-1` of a structure that starts at a column. */
function pivotInverse({ inverse, n }: PlainState, start: number, size: number): Float64Array {
  const block = new Float64Array(size * size);
  for (let a = 0; a < size; a++) for (let b = 0; b < size; b++) block[a * size + b] = inverse[(start + a) * n + start + b]!;
  return plainInverse(block, size);
}

/** `trace(W_S (P_SS)^-1 W_S^T)`. */
function scoreOf(state: PlainState, start: number, size: number): number {
  const { weight, n, rows } = state;
  const pivot = pivotInverse(state, start, size);
  let score = 0;
  for (let row = 0; row < rows; row++) {
    const base = row * n + start;
    for (let a = 0; a < size; a++) for (let b = 0; b < size; b++) score += weight[base + a]! * pivot[a * size + b]! * weight[base + b]!;
  }
  return score;
}

/** Scores of structures of one column: all of W once, in the order it lies in. */
function columnScores({ inverse, weight, n, rows }: PlainState): Float64Array {
  const scores = new Float64Array(n);
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < n; j++) {
      const value = weight[row * n + j]!;
      scores[j] = scores[j]! + value * value;
    }
  }
  for (let j = 0; j < n; j++) scores[j] = scores[j]! / inverse[j * n + j]!;
  return scores;
}

/**
 * `M - M_:,S (P_SS)^-1 P_S,:` without columns S, for M `[count, n]` either W or P, and without rows S where M is P. Written into
 * M itself: every entry moves forward or stays.
 */
function reduce(m: Float64Array, count: number, factors: Float64Array, rows: Float64Array, gone: { start: number; size: number; n: number; square: boolean }): void {
  const { start, size, n, square } = gone;
  const end = start + size;
  let to = 0;
  for (let i = 0; i < count; i++) {
    if (square && i >= start && i < end) continue;
    const from = i * n;
    for (let s = 0; s < size; s++) {
      const factor = factors[i * size + s]!;
      for (let j = 0; j < n; j++) m[from + j] = m[from + j]! - factor * rows[s * n + j]!;
    }
    m.copyWithin(to, from, from + start);
    m.copyWithin(to + start, from + end, from + n);
    to += n - size;
  }
}

/** `M_:,S (P_SS)^-1` `[count, size]`. */
function factorsOf(m: Float64Array, count: number, n: number, start: number, size: number, pivot: Float64Array): Float64Array {
  const factors = new Float64Array(count * size);
  for (let i = 0; i < count; i++) {
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) factors[i * size + b] = factors[i * size + b]! + m[i * n + start + a]! * pivot[a * size + b]!;
    }
  }
  return factors;
}

/** One removal: the structure of least score, ties to the lowest index. */
export function plainRemoval(state: PlainState): { structure: number; score: number } {
  const { inverse, weight, n, rows, structures, sizes } = state;
  const single = n === structures.length;
  const scores = single ? columnScores(state) : null;
  let [at, start, score] = [0, 0, Infinity];
  for (let index = 0, column = 0; index < structures.length; column += sizes[index]!, index++) {
    const own = scores?.[index] ?? scoreOf(state, column, sizes[index]!);
    if (own < score) [at, start, score] = [index, column, own];
  }
  const structure = structures[at]!;
  const size = sizes[at]!;
  const pivot = pivotInverse(state, start, size);
  const cross = inverse.slice(start * n, (start + size) * n); // P_S,:
  reduce(weight, rows, factorsOf(weight, rows, n, start, size, pivot), cross, { start, size, n, square: false });
  reduce(inverse, n, factorsOf(inverse, n, n, start, size, pivot), cross, { start, size, n, square: true });
  state.n = n - size;
  structures.splice(at, 1);
  sizes.splice(at, 1);
  return { structure, score };
}

/** Removes `removals` structures. @param inverse P `[columns, columns]`, overwritten @param weight W `[d, columns]`, dead columns zero, overwritten */
export function plainObs(inverse: Float64Array, weight: Float64Array, sizes: readonly number[], removals: number): PlainOutcome {
  const n = sizes.reduce((sum, size) => sum + size, 0);
  const state: PlainState = { inverse, weight, n, rows: weight.length / n, structures: [...sizes.keys()], sizes: [...sizes] };
  const [order, scores] = [new Array<number>(), new Array<number>()];
  for (let removed = 0; removed < removals; removed++) {
    const { structure, score } = plainRemoval(state);
    order.push(structure);
    scores.push(score);
  }
  return { order, scores, weight: weight.slice(0, state.rows * state.n) };
}
