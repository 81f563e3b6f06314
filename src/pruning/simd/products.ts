import type { Block, KernelMemory } from './kernel-memory.ts';
import { DOUBLE } from './lengths.ts';
import { PANEL, panelAddress, panelStep } from './panels.ts';
import type { Panels } from './panels.ts';

/** Bytes of one step of a panel. */
const STEP = 32;
/** Bytes of panels that are used again and again before the next ones are: half of a usual second-level cache. */
const CACHE = 128 * 1024;
/** Depth of long products that is done at once, so that two panels stay in the first-level cache. */
const DEPTH = 256;

/** A matrix in rows, each `stride` doubles after the one before. */
export interface Rows extends Block {
  readonly stride: number;
}

/** Panels of a depth that fit into the cache, as rows. */
const cachedRows = (depth: number): number => Math.max(1, Math.floor(CACHE / (depth * STEP))) * PANEL;

/**
 * `C[i, j] -= sum_k A[i, k] B[j, k]` for i <= j < n, k < depth, by tiles: some entries below the diagonal change too.
 * n is a multiple of 4. About `n^2 depth / 2` multiply-adds.
 */
export function subtractUpper({ tiles }: KernelMemory, c: Rows, n: number, a: Panels, b: Panels, depth: number): void {
  const wide = cachedRows(depth);
  for (let first = 0; first < n; first += wide) {
    const end = Math.min(first + wide, n);
    for (let row = 0; row < end; row += PANEL) {
      const from = Math.max(first, row);
      const corner = c.address + (row * c.stride + from) * DOUBLE;
      tiles(corner, c.stride * DOUBLE, STEP, panelAddress(a, row), 0, panelAddress(b, from), panelStep(b), (end - from) / PANEL, depth);
    }
  }
}

/**
 * `C[j, i] -= sum_k A[i, k] B[j, k]` for i < rows, j < n, k < depth, C in panels `[n, rows]`. Rows and n are multiples of 4.
 * `n rows depth` multiply-adds.
 */
export function subtractPanels({ tiles }: KernelMemory, c: Panels, a: Panels, rows: number, b: Panels, n: number, depth: number): void {
  const high = cachedRows(depth);
  for (let first = 0; first < rows; first += high) {
    const count = Math.min(high, rows - first) / PANEL;
    for (let j = 0; j < n; j += PANEL) {
      tiles(panelAddress(c, j) + first * STEP, STEP, PANEL * STEP, panelAddress(a, first), panelStep(a), panelAddress(b, j), 0, count, depth);
    }
  }
}

/**
 * `C[i, j] -= sum_k A[i, k] B[j, k]` for i < rows, j < n over the whole depth of A and B, which is long. Rows and n are
 * multiples of 4. `n rows depth` multiply-adds.
 */
export function subtractRows({ tiles }: KernelMemory, c: Rows, a: Panels, rows: number, b: Panels, n: number): void {
  const wide = cachedRows(DEPTH);
  for (let k = 0; k < a.depth; k += DEPTH) {
    const depth = Math.min(DEPTH, a.depth - k);
    for (let first = 0; first < n; first += wide) {
      const count = Math.min(wide, n - first) / PANEL;
      for (let row = 0; row < rows; row += PANEL) {
        const corner = c.address + (row * c.stride + first) * DOUBLE;
        tiles(corner, c.stride * DOUBLE, STEP, panelAddress(a, row) + k * STEP, 0, panelAddress(b, first) + k * STEP, panelStep(b), count, depth);
      }
    }
  }
}
