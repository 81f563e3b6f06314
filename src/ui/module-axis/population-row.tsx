import { memo } from 'react';
import { useHover } from '../../store/hover-store.ts';
import type { Genome } from '../../pruning/level-database.ts';
import * as format from '../format/format.ts';
import { joinClasses } from '../parts/join-classes.ts';
import { ActiveCell } from './active-cell.tsx';
import { FitnessGutter } from './fitness-gutter.tsx';
import type { LogScale } from './log-scale.ts';
import { measuredFitness, type ShownCandidate } from './population-view.ts';
import { RowCanvas } from './row-canvas.tsx';
import { RowMarks } from './row-marks.tsx';
import type { PlacedRow } from './row-layout.ts';
import type { Stack } from './stack.ts';
import { StateGlyph } from './state-glyph.tsx';
import { fitnessName, fitnessShort, plural, type Fitness } from './words.ts';

interface Props {
  readonly stack: Stack;
  readonly candidate: ShownCandidate;
  readonly baseline: Genome;
  readonly top: number;
  readonly index: number;
  readonly fade: PlacedRow['fade'];
  readonly scale: LogScale | null;
  readonly fitness: Fitness;
  readonly blank: boolean;
  /** The module on which the keyboard stands, if it stands in this row. */
  readonly active: number | null;
}

/** What stands at the right end: the fitness, or how far the candidate is from one. */
function valueText(candidate: ShownCandidate, fitness: Fitness, narrow: boolean): string {
  if (candidate.status === 'training') return format.percent(candidate.progress, 0);
  if (candidate.status === 'waiting') return 'waits';
  const { value } = measuredFitness(candidate);
  return narrow && value === Number.POSITIVE_INFINITY ? 'NaN' : fitnessShort(fitness, value);
}

function rowName(candidate: ShownCandidate, fitness: Fitness): string {
  const value = measuredFitness(candidate).value;
  const state = { measured: '', training: ', training', waiting: ', waits', eliminated: ', out' }[candidate.status];
  const measured = value === null ? '' : `, ${fitnessName(fitness)} ${fitnessShort(fitness, value)}`;
  return `${candidate.id}, stage ${candidate.stage + 1}${state}${measured}, ${plural(candidate.changed.length, 'module')} changed`;
}

/** One candidate: state, id, cells, fitness. */
export const PopulationRow = memo(function PopulationRow({ stack, candidate, baseline, top, index, fade, scale, fitness, blank, active }: Props) {
  const hovered = useHover((hover) => hover.candidate === candidate.id);
  const { columns, heights } = stack;
  const { value, previous } = measuredFitness(candidate);
  const quiet = candidate.status !== 'measured';
  const out = candidate.status === 'eliminated';
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-label={rowName(candidate, fitness)}
      data-candidate={candidate.id}
      className={joinClasses('axis-row', hovered && 'axis-row-hovered', out && 'axis-row-out')}
      style={{ height: heights.rowPitch, transform: `translateY(${top}px)` }}
    >
      <span role="rowheader" aria-colindex={1} className="axis-label" style={{ width: columns.labelWidth }}>
        <StateGlyph status={candidate.status} progress={candidate.progress} />
        {candidate.id}
      </span>
      <RowCanvas {...{ stack, blank, fade }} genome={candidate.genome} skip={candidate.changed} height={heights.rowPitch} cell={heights.cell} />
      <RowMarks {...{ stack, baseline }} genome={candidate.genome} changed={candidate.changed} faded={out} />
      {active !== null && <ActiveCell {...{ stack, baseline }} module={active} genome={candidate.genome} height={heights.rowPitch} />}
      <FitnessGutter {...{ columns, scale, value, previous }} height={heights.rowPitch} status={candidate.status} />
      <span role="gridcell" aria-colindex={columns.modules + 2} className={joinClasses('axis-value', quiet && 'tertiary', value === Number.POSITIVE_INFINITY && 'not-a-number')}>
        {valueText(candidate, fitness, columns.layout === 'strands')}
      </span>
    </div>
  );
});
