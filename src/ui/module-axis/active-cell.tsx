import type { Genome } from '../../pruning/level-database.ts';
import { keepsMore } from './population-view.ts';
import { laneOffset, levelPaint, type Stack } from './stack.ts';
import { moduleName } from './words.ts';

/** Named by `aria-activedescendant`. */
export const activeCellId = 'module-axis-active-cell';

interface Props {
  readonly stack: Stack;
  readonly module: number;
  readonly genome: Genome;
  readonly baseline: Genome | null;
  readonly height: number;
}

/** "MLP 12, level 7 of 10, parent 6, prunes more". */
function cellName({ stack, module, genome, baseline }: Props): string {
  const paint = stack.paints[module];
  const level = levelPaint(stack.paints, module, genome[module]);
  const words = [paint ? moduleName(paint) : '', level.removed ? 'removed' : `level ${level.nominal} of ${stack.nominalLevels}`];
  if (baseline && baseline[module] !== genome[module]) {
    words.push(`parent ${levelPaint(stack.paints, module, baseline[module]).nominal}`);
    words.push(keepsMore(genome, baseline, module) ? 'keeps more' : 'prunes more');
  }
  return words.join(', ');
}

/** The cell on which the keyboard stands; the others are pixels. */
export function ActiveCell(props: Props) {
  const { stack, module, height } = props;
  const { columns } = stack;
  const strand = columns.layout === 'strands';
  return (
    <span
      role="gridcell"
      id={activeCellId}
      aria-colindex={module + 2}
      aria-label={cellName(props)}
      className="active-cell"
      style={{
        left: columns.left(module) - 1,
        width: columns.columnWidth + 1,
        top: strand ? 3 + laneOffset(stack, module) : 0,
        height: strand ? 10 : height,
      }}
    />
  );
}
