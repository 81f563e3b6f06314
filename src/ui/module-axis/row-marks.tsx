import { memo } from 'react';
import type { Genome } from '../../pruning/level-database.ts';
import { ChangeMark } from '../levels/change-mark.tsx';
import { LevelSwatch } from '../levels/level-swatch.tsx';
import { keepsMore } from './population-view.ts';
import { cellTop, levelPaint, type Stack } from './stack.ts';

interface Props {
  readonly stack: Stack;
  readonly genome: Genome;
  readonly baseline: Genome;
  readonly changed: readonly number[];
  readonly faded: boolean;
}

/** The changed cells of a row: higher than the others, ringed, and with a triangle. */
export const RowMarks = memo(function RowMarks({ stack, genome, baseline, changed, faded }: Props) {
  const { columns, heights, theme } = stack;
  return (
    <svg className="row-marks level-cells" width={columns.plotRight} height={heights.rowPitch} opacity={faded ? 0.75 : 1} aria-hidden>
      {changed.map((module) => {
        const { stop, removed } = levelPaint(stack.paints, module, genome[module]);
        const y = cellTop(stack, module, heights.rowPitch, heights.changedCell);
        const box = { theme, x: columns.left(module), y, width: columns.columnWidth - columns.cellGap, height: heights.changedCell, stop, removed };
        return (
          <g key={module}>
            <LevelSwatch {...box} />
            <ChangeMark {...box} keepsMore={keepsMore(genome, baseline, module)} />
          </g>
        );
      })}
    </svg>
  );
});
