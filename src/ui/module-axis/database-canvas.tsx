import { memo, useLayoutEffect, useRef } from 'react';
import type { DatabaseState } from '../../store/run-state.ts';
import type { LevelTheme } from '../levels/level-colours.ts';
import { stopOfLevel } from '../levels/level-colours.ts';
import { modulePaint } from '../levels/module-paint.ts';
import type { CanvasPalette } from './canvas-palette.ts';
import { filledLevels, removedAt } from './database-grid.ts';
import { beginDrawing, drawCell } from './draw-cells.ts';
import type { ModuleColumns } from './module-columns.ts';

interface Props {
  readonly columns: ModuleColumns;
  readonly database: DatabaseState;
  readonly nominalLevels: number;
  readonly rowHeight: number;
  readonly theme: LevelTheme;
  readonly palette: CanvasPalette;
  readonly pixelRatio: number;
}

/** How a module's nominal level looks: what it truly keeps once that is known, else the level's own stop. */
function paintOf({ database, nominalLevels }: Props, module: number, level: number): { readonly stop: number; readonly removed: boolean } {
  const summary = database.modules[module];
  const plain = { stop: stopOfLevel(level, nominalLevels), removed: level === nominalLevels };
  if (!summary) return plain;
  const kept = summary.structures - removedAt(level, summary.structures, nominalLevels);
  return modulePaint(summary, nominalLevels).levels.find((candidate) => candidate.kept === kept) ?? plain;
}

/** A row a level, a column a module; cells fill as the modules are cut. */
export const DatabaseCanvas = memo(function DatabaseCanvas(props: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { columns, nominalLevels, rowHeight } = props;
  const width = columns.plotRight - columns.plotLeft;
  const height = (nominalLevels + 1) * rowHeight;
  useLayoutEffect(() => {
    const context = canvas.current && beginDrawing(canvas.current, width, height, props.pixelRatio);
    if (!context) return;
    for (let module = 0; module < columns.modules; module++) {
      const filled = filledLevels(props.database, module, nominalLevels);
      for (let level = 0; level <= nominalLevels; level++) {
        const box = { x: columns.left(module) - columns.plotLeft, y: level * rowHeight + 1, width: columns.columnWidth - columns.cellGap, height: rowHeight - 2 };
        if (level < filled) drawCell(context, box, paintOf(props, module, level), props.theme, props.palette);
        else {
          context.fillStyle = props.palette.empty;
          context.fillRect(box.x, box.y, box.width, box.height);
        }
      }
    }
  });
  return <canvas ref={canvas} className="row-canvas" style={{ left: columns.plotLeft, width, height }} aria-hidden />;
});
