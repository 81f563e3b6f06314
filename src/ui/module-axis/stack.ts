import type { LevelTheme } from '../levels/level-colours.ts';
import type { LevelPaint, ModulePaint } from '../levels/module-paint.ts';
import type { CanvasPalette } from './canvas-palette.ts';
import type { ModuleColumns } from './module-columns.ts';
import { strandOffset, type StackHeights } from './stack-heights.ts';

/** What every part of the stack is drawn with; a new object only where one of them changes. */
export interface Stack {
  readonly columns: ModuleColumns;
  readonly heights: StackHeights;
  readonly paints: readonly ModulePaint[];
  readonly nominalLevels: number;
  readonly theme: LevelTheme;
  readonly palette: CanvasPalette;
  /** Device pixels a CSS pixel. */
  readonly pixelRatio: number;
}

const dense: LevelPaint = { stop: 0, kept: 0, share: 1, removed: false, nominal: 0, parameters: 0, loss: 0 };

/** How a module looks at a level. */
export const levelPaint = (paints: readonly ModulePaint[], module: number, level: number | undefined): LevelPaint =>
  paints[module]?.levels[level ?? 0] ?? dense;

/** The strand of a module: attention lies over the MLP. */
export const laneOffset = (stack: Pick<Stack, 'columns'>, module: number): number =>
  stack.columns.layout === 'strands' && module % 2 === 1 ? strandOffset : 0;

/** Top of a module's cell of that height inside a row of height `row`. */
export function cellTop(stack: Pick<Stack, 'columns'>, module: number, row: number, cell: number): number {
  const block = stack.columns.layout === 'strands' ? cell + strandOffset : cell;
  return Math.floor((row - block) / 2) + laneOffset(stack, module);
}
