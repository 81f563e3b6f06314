import { memo, useLayoutEffect, useRef } from 'react';
import type { Genome } from '../../pruning/level-database.ts';
import { beginDrawing, drawCell } from './draw-cells.ts';
import { cellTop, levelPaint, type Stack } from './stack.ts';

interface Props {
  readonly stack: Stack;
  readonly genome: Genome;
  /** Modules that are drawn elsewhere because they changed. */
  readonly skip: readonly number[];
  readonly height: number;
  readonly cell: number;
  /** Paints every cell as empty: only changes keep their colour. */
  readonly blank: boolean;
  readonly fade: number;
}

/** A genome's cells, drawn again only when one of these changes. */
export const RowCanvas = memo(function RowCanvas({ stack, genome, skip, height, cell, blank, fade }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { columns } = stack;
  const width = columns.plotRight - columns.plotLeft;
  useLayoutEffect(() => {
    const context = canvas.current && beginDrawing(canvas.current, width, height, stack.pixelRatio);
    if (!context) return;
    const skipped = new Set(skip);
    for (let module = 0; module < genome.length; module++) {
      if (skipped.has(module)) continue;
      const box = {
        x: columns.left(module) - columns.plotLeft,
        y: cellTop(stack, module, height, cell),
        width: columns.columnWidth - columns.cellGap,
        height: cell,
      };
      if (!blank) drawCell(context, box, levelPaint(stack.paints, module, genome[module]), stack.theme, stack.palette);
      else {
        context.fillStyle = stack.palette.empty;
        context.fillRect(box.x, box.y, box.width, box.height);
      }
    }
  }, [stack, columns, genome, skip, width, height, cell, blank]);
  return <canvas ref={canvas} className="row-canvas" style={{ left: columns.plotLeft, width, height, opacity: fade }} aria-hidden />;
});
