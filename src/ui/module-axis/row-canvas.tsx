import { memo, useLayoutEffect, useRef } from 'react';
import type { Genome } from '../../pruning/level-database.ts';
import { beginDrawing, drawCell } from './draw-cells.ts';
import { cellTop, levelPaint, type Stack } from './stack.ts';

interface Props {
  readonly stack: Stack;
  readonly genome: Genome;
  readonly height: number;
  readonly cell: number;
}

/** A genome's cells, drawn again only when one of these changes. */
export const RowCanvas = memo(function RowCanvas({ stack, genome, height, cell }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { columns } = stack;
  const width = columns.plotRight - columns.plotLeft;
  useLayoutEffect(() => {
    const context = canvas.current && beginDrawing(canvas.current, width, height, stack.pixelRatio);
    if (!context) return;
    for (const [module, level] of genome.entries()) {
      const box = { x: columns.left(module) - columns.plotLeft, y: cellTop(stack, module, height, cell), width: columns.columnWidth - columns.cellGap, height: cell };
      drawCell(context, box, levelPaint(stack.paints, module, level), stack.theme, stack.palette);
    }
  }, [stack, columns, genome, width, height, cell]);
  return <canvas ref={canvas} className="row-canvas" style={{ left: columns.plotLeft, width, height }} aria-hidden />;
});
