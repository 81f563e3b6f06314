import { memo } from 'react';
import type { Genome } from '../../pruning/level-database.ts';
import { droppedAfter } from '../format/dropped-words.ts';
import { failedIn } from '../format/failed-words.ts';
import * as format from '../format/format.ts';
import { joinClasses } from '../parts/join-classes.ts';
import { ActiveCell } from './active-cell.tsx';
import { measuredFitness, type ShownCandidate } from './population-view.ts';
import type { Stack } from './stack.ts';
import { fitnessName, fitnessShort, plural, type Fitness } from './words.ts';

interface Props {
  readonly stack: Stack;
  readonly candidate: ShownCandidate;
  readonly baseline: Genome;
  readonly top: number;
  readonly index: number;
  readonly fitness: Fitness;
  /** The module on which the keyboard stands, if it stands in this row. */
  readonly active: number | null;
  /** Whether its detail is open. */
  readonly opened: boolean;
}

/** What stands at the right end: the fitness, or how far the candidate is from one. */
function valueText(candidate: ShownCandidate, fitness: Fitness, narrow: boolean): string {
  if (candidate.status === 'training' || candidate.status === 'measuring') return format.percent(candidate.progress, 0);
  if (candidate.status === 'waiting') return 'waits';
  if (candidate.dropped) return narrow ? '–' : 'dropped';
  if (failedIn(candidate.failed, candidate.stage)) return narrow ? '–' : 'failed';
  return fitnessShort(fitness, measuredFitness(candidate).value);
}

function rowName(candidate: ShownCandidate, fitness: Fitness): string {
  const { value } = measuredFitness(candidate);
  const failed = failedIn(candidate.failed, candidate.stage);
  const state = candidate.dropped ? `, dropped ${droppedAfter(candidate.dropped)}` : { measured: '', training: ', training', measuring: ', being measured', waiting: ', waits', eliminated: ', out' }[candidate.status];
  const measured = failed ? `, ${failed}` : value === null ? '' : `, ${fitnessName(fitness)} ${fitnessShort(fitness, value)}`;
  return `${candidate.id}, stage ${candidate.stage + 1}${state}${measured}, ${plural(candidate.changed.length, 'module')} changed`;
}

/** One candidate: id and fitness, over its cells and marks (`PopulationCanvas`). */
export const PopulationRow = memo(function PopulationRow({ stack, candidate, baseline, top, index, fitness, active, opened }: Props) {
  const { columns, heights } = stack;
  const failed = failedIn(candidate.failed, candidate.stage) !== null;
  const quiet = candidate.status !== 'measured';
  const out = candidate.status === 'eliminated';
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-label={rowName(candidate, fitness)}
      aria-selected={opened}
      data-candidate={candidate.id}
      className={out ? 'axis-row axis-row-out' : 'axis-row'}
      style={{ height: heights.rowPitch, transform: `translateY(${top}px)` }}
    >
      <span role="rowheader" aria-colindex={1} className="axis-label" style={{ width: columns.labelWidth }}>
        {candidate.id}
      </span>
      {active !== null && <ActiveCell {...{ stack, baseline }} module={active} genome={candidate.genome} height={heights.rowPitch} />}
      <span role="gridcell" aria-colindex={columns.modules + 2} className={joinClasses('axis-value', quiet && 'tertiary', failed && 'axis-failed')}>
        {valueText(candidate, fitness, columns.layout === 'strands')}
      </span>
    </div>
  );
});
