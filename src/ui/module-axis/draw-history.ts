import type { GenerationRecord } from '../../store/run-state.ts';
import { colourAtStop, stopOfRemoved } from '../levels/level-colours.ts';
import type { HistoryMode } from '../../store/display-store.ts';
import { survivorShare, timesChanged, type HistoryLines } from './history-lines.ts';
import { levelPaint, type Stack } from './stack.ts';

/** The colour of one module in one line; null leaves the page. */
export type HistoryColour = (index: number, module: number) => string | null;

const lastStop = 9;

/** Strongest ink: changed most often. */
function timesColour(stack: Stack, history: readonly GenerationRecord[], start: readonly number[]): HistoryColour {
  const counts = timesChanged(history, start);
  const most = Math.max(1, ...(counts.at(-1) ?? []));
  return (index, module) => {
    const count = counts[index]?.[module] ?? 0;
    return count === 0 ? stack.palette.empty : colourAtStop(stack.theme, lastStop * (1 - count / most));
  };
}

const shares = new WeakMap<GenerationRecord, readonly number[]>();

function survivorColour(stack: Stack, history: readonly GenerationRecord[]): HistoryColour {
  return (index, module) => {
    const record = history[index];
    if (!record) return null;
    const known = shares.get(record) ?? survivorShare(record, (of, level) => levelPaint(stack.paints, of, level).share);
    shares.set(record, known);
    return colourAtStop(stack.theme, stopOfRemoved(1 - (known[module] ?? 0), stack.nominalLevels));
  };
}

function levelColour(stack: Stack, history: readonly GenerationRecord[]): HistoryColour {
  return (index, module) => {
    const { stop, removed } = levelPaint(stack.paints, module, history[index]?.parent.genome[module]);
    return removed ? null : colourAtStop(stack.theme, stop);
  };
}

export function historyColour(mode: HistoryMode, stack: Stack, history: readonly GenerationRecord[], start: readonly number[]): HistoryColour {
  if (mode === 'times') return timesColour(stack, history, start);
  return mode === 'survivors' ? survivorColour(stack, history) : levelColour(stack, history);
}

/** Draws the lines of the generations from index `first` on; a line of several generations shows its last. */
export function drawHistory(context: CanvasRenderingContext2D, stack: Stack, lines: HistoryLines, colour: HistoryColour, first: number, count: number): void {
  const { columns } = stack;
  const strands = columns.layout === 'strands';
  for (let line = Math.floor(first / lines.stride); line * lines.stride < count; line++) {
    const index = Math.min(count, (line + 1) * lines.stride) - 1;
    const y = line * lines.lineHeight;
    context.clearRect(0, y, columns.width, lines.lineHeight);
    for (let module = 0; module < columns.modules; module++) {
      const fill = colour(index, module);
      if (fill === null) continue;
      context.fillStyle = fill;
      const x = columns.left(module) - columns.plotLeft;
      // Strands: both modules of a layer share the column, attention left, MLP right.
      const width = strands ? columns.columnWidth / 2 : columns.columnWidth;
      context.fillRect(strands && module % 2 === 1 ? x + width : x, y, width, lines.lineHeight);
    }
  }
}
