/** A row-major matrix inside a larger array: row `r` starts at `r * stride`. */
export interface Rows {
  readonly data: Float64Array;
  readonly stride: number;
}

/** Range of rows or of the summed dimension, end excluded. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Sum over k of `a[p + k] * b[q + k]`, four sums at once because additions in sequence wait for each other. */
export function dot(a: Float64Array, p: number, b: Float64Array, q: number, length: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const whole = length - (length % 4);
  let k = 0;
  for (; k < whole; k += 4) {
    s0 += (a[p + k] ?? 0) * (b[q + k] ?? 0);
    s1 += (a[p + k + 1] ?? 0) * (b[q + k + 1] ?? 0);
    s2 += (a[p + k + 2] ?? 0) * (b[q + k + 2] ?? 0);
    s3 += (a[p + k + 3] ?? 0) * (b[q + k + 3] ?? 0);
  }
  for (; k < length; k++) s0 += (a[p + k] ?? 0) * (b[q + k] ?? 0);
  return s0 + s1 + (s2 + s3);
}

/** The tile of {@link dotTile}: products of four rows with two, `[4 * 2]`. */
export const TILE_ROWS = 4;
export const TILE_COLUMNS = 2;

/**
 * Dot products of rows `i..i+3` of A with rows `j, j+1` of B over `k`, into `out` `[4, 2]`.
 * Eight sums share six loads, so the arithmetic and not the memory sets the pace.
 */
export function dotTile(out: Float64Array, a: Rows, i: number, b: Rows, j: number, k: Range): void {
  const x = a.data;
  const y = b.data;
  const length = k.end - k.start;
  const x0 = i * a.stride + k.start;
  const x1 = x0 + a.stride;
  const x2 = x1 + a.stride;
  const x3 = x2 + a.stride;
  const y0 = j * b.stride + k.start;
  const y1 = y0 + b.stride;
  let s00 = 0;
  let s01 = 0;
  let s10 = 0;
  let s11 = 0;
  let s20 = 0;
  let s21 = 0;
  let s30 = 0;
  let s31 = 0;
  for (let step = 0; step < length; step++) {
    const u = y[y0 + step] ?? 0;
    const v = y[y1 + step] ?? 0;
    const a0 = x[x0 + step] ?? 0;
    s00 += a0 * u;
    s01 += a0 * v;
    const a1 = x[x1 + step] ?? 0;
    s10 += a1 * u;
    s11 += a1 * v;
    const a2 = x[x2 + step] ?? 0;
    s20 += a2 * u;
    s21 += a2 * v;
    const a3 = x[x3 + step] ?? 0;
    s30 += a3 * u;
    s31 += a3 * v;
  }
  out[0] = s00;
  out[1] = s01;
  out[2] = s10;
  out[3] = s11;
  out[4] = s20;
  out[5] = s21;
  out[6] = s30;
  out[7] = s31;
}
