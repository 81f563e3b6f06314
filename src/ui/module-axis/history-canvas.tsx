import { memo, useLayoutEffect, useRef } from 'react';
import type { Genome } from '../../pruning/level-database.ts';
import type { GenerationRecord } from '../../store/run-state.ts';
import type { HistoryMode } from '../../store/display-store.ts';
import { beginDrawing } from './draw-cells.ts';
import { drawHistory, historyColour } from './draw-history.ts';
import type { HistoryLines } from './history-lines.ts';
import type { Stack } from './stack.ts';

interface Props {
  readonly stack: Stack;
  readonly lines: HistoryLines;
  readonly history: readonly GenerationRecord[];
  readonly start: Genome;
  readonly mode: HistoryMode;
}

interface Drawn {
  readonly stack: Stack;
  readonly lines: string;
  readonly mode: HistoryMode;
  readonly first: GenerationRecord | undefined;
  readonly count: number;
}

/** How many lines may stay: records are only ever appended, so the rest of the picture is still right. */
function kept(before: Drawn | null, now: Drawn): number {
  const same = before && before.stack === now.stack && before.lines === now.lines && before.mode === now.mode && before.first === now.first;
  // Counts of changes are relative to the most, which may rise with any generation.
  return same && now.mode !== 'times' && now.count >= before.count ? before.count : 0;
}

/** One line a generation; draws only the lines that are new. */
export const HistoryCanvas = memo(function HistoryCanvas({ stack, lines, history, start, mode }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawn = useRef<Drawn | null>(null);
  const { columns, pixelRatio } = stack;
  const width = columns.plotRight - columns.plotLeft;
  useLayoutEffect(() => {
    if (!canvas.current) return;
    const now: Drawn = { stack, lines: JSON.stringify(lines), mode, first: history[0], count: history.length };
    const first = kept(drawn.current, now);
    const context = first > 0 ? canvas.current.getContext('2d') : beginDrawing(canvas.current, width, lines.height, pixelRatio);
    if (context) drawHistory(context, stack, lines, historyColour(mode, stack, history, start), first, history.length);
    drawn.current = now;
  }, [stack, lines, history, start, mode, width, pixelRatio]);
  return <canvas ref={canvas} className="history-canvas" style={{ left: columns.plotLeft, width, height: lines.height }} aria-hidden />;
});
