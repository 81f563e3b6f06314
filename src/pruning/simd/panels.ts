import type { Block, KernelMemory } from './kernel-memory.ts';

/** Rows in a panel: the height and width of the kernels' tile. */
export const PANEL = 4;
/** Panels that `combine` takes at once. */
const GROUP = 4;
/** Bytes of one step of a panel. */
const STEP = 32;

/** A matrix `[n, depth]` as the kernels read it: four rows are a panel `[depth][4]`, panels follow one another. */
export interface Panels extends Block {
  readonly depth: number;
}

/** The next multiple of a panel's rows. */
export const inPanels = (rows: number): number => Math.ceil(rows / PANEL) * PANEL;

/** Rows of whole groups of panels: what {@link combinePanels} reads and writes. */
export const inGroups = (rows: number): number => Math.ceil(rows / (PANEL * GROUP)) * PANEL * GROUP;

/** Doubles of panels `[rows, depth]` that {@link combinePanels} may read. */
export const panelsLength = (rows: number, depth: number): number => inGroups(rows) * depth;

export function takePanels(memory: KernelMemory, rows: number, depth: number): Panels {
  return { ...memory.take(panelsLength(rows, depth)), depth };
}

/** Place of entry (row, k) in the data of panels. */
export function panelIndex({ depth }: Panels, row: number, k: number): number {
  return ((row - (row % PANEL)) * depth) + k * PANEL + (row % PANEL);
}

/** Address of the panel that a row, a multiple of 4, begins. */
export function panelAddress({ address, depth }: Panels, row: number): number {
  return address + (row / PANEL) * depth * STEP;
}

/** Bytes from a panel to the next. */
export const panelStep = ({ depth }: Panels): number => depth * STEP;

/** `out[i] -= sum_{k < depth} B[i, k] x[k]` for i < rows, and in the rest of the last group of panels. */
export function combinePanels({ combine }: KernelMemory, out: Block, b: Panels, x: Block, rows: number, depth: number): void {
  if (depth === 0) return;
  combine(out.address, b.address, panelStep(b), inGroups(rows) / (PANEL * GROUP), x.address, depth);
}
