import type { Tensor } from '../runtime/runtime.ts';

/** Rows from `start` to before `end`. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

/** Some rows of a table. */
export interface Tile extends RowRange {
  /** `[end - start, d]` */
  readonly tensor: Tensor;
}

/**
 * A matrix `[vocabulary, d]` (embedding or head) in tiles, which follow one another and cover all rows. Most devices bind
 * the whole: then it is one tile.
 */
export type Table = readonly Tile[];

/** Buffers are padded to this, bytes. */
const ALIGNMENT = 16;

/**
 * Parts the rows of a table evenly into as few ranges as keep each within `maxBytes`, at `rowBytes` a row; the last may
 * be shorter. A row that is larger than that gets a range of its own.
 */
export function tileRanges(rows: number, rowBytes: number, maxBytes: number): RowRange[] {
  const most = Math.max(1, Math.floor((Math.floor(maxBytes / ALIGNMENT) * ALIGNMENT) / rowBytes));
  return rowRanges(rows, Math.ceil(rows / Math.ceil(rows / most)));
}

/** Ranges of `size` rows one after the other; the last may be shorter. */
export function rowRanges(rows: number, size: number): RowRange[] {
  return Array.from({ length: Math.ceil(rows / size) }, (_, index) => ({ start: index * size, end: Math.min(rows, (index + 1) * size) }));
}

/** Name of every tile by which its gradient and moments go: that of the table where it is whole, else `lm_head.weight[0]` and so on. */
export function namedTiles(name: string, table: Table): [string, Tile][] {
  return table.map((tile, index) => [table.length === 1 ? name : `${name}[${index}]`, tile]);
}

/** Rows of the widest tile. */
export function widestTile(table: Table): number {
  return table.reduce((most, { start, end }) => Math.max(most, end - start), 0);
}
