import { bytesOf } from './simd/lengths.ts';
import { inGroups, inPanels, panelsLength } from './simd/panels.ts';
import { SWEEP } from './simd/sweep-inverse.ts';

/** Removals of single columns whose updates are carried out together. */
export const PENDING = 64;
/** Rows of W^T W that are made at once: as many as keep W's way through the cache from setting the pace. */
export const GRAM_BATCH = 8;
/** Rows of W^T W that are kept. */
export const GRAM_ROWS = 128;

/** Columns of a structure: one number for all, or one for each. */
export type StructureSize = number | readonly number[];

/** Sizes of a module in the kernels' memory. */
export interface ObsShape {
  /** Places for columns: every structure begins at a multiple of 4. */
  readonly places: number;
  /** d */
  readonly rows: number;
  /** Columns that are removed in one update, at most. */
  readonly depth: number;
}

/** For structures of the sizes that are listed, or of one column. */
export function shapeOf(columns: number, rows: number, size: StructureSize): ObsShape {
  if (size === 1) return { places: inPanels(columns), rows, depth: PENDING };
  const sizes = typeof size === 'number' ? Array<number>(columns / size).fill(size) : size;
  return { places: sizes.reduce((sum, own) => sum + inPanels(own), 0), rows, depth: inPanels(Math.max(...sizes)) };
}

/** Depth of the panels that both the sweep and the updates use. */
export const sweepDepth = ({ depth }: ObsShape): number => Math.max(depth, SWEEP);

/** Doubles of every block that a pass takes: those of the matrices, then those of its state. */
export function passLengths(columns: number, rows: number, size: StructureSize): number[] {
  const shape = shapeOf(columns, rows, size);
  const { places, depth } = shape;
  const high = inPanels(rows);
  const y = panelsLength(places, sweepDepth(shape));
  const matrices = [places ** 2, panelsLength(places, high), y, y, panelsLength(rows, depth), panelsLength(sweepDepth(shape), sweepDepth(shape))];
  if (size !== 1) return [...matrices, depth ** 2, panelsLength(rows, depth)];
  const vector = inGroups(places);
  const grams = [panelsLength(GRAM_BATCH, high), GRAM_ROWS * places];
  return [...matrices, ...grams, panelsLength(places, depth), vector, vector, vector, inGroups(rows), depth];
}

/** Bytes that the pass over a module with output projection `[rows, columns]` works in. */
export const passBytes = (columns: number, rows: number, size: StructureSize): number => bytesOf(passLengths(columns, rows, size));

/**
 * Floating point operations of the pass, twice the multiply-adds of its products: `n^3 / 2` to invert H, `n^3 / 6` for the upper triangle of
 * P, `d n^2 / 2` for W, and as much for W^T W (the row of each column that goes, or the blocks of the heads that remain).
 */
export const passFlop = (columns: number, rows: number): number => (4 / 3) * columns ** 3 + 2 * rows * columns ** 2;
