import { useMemo } from 'react';
import type { Stage } from '../../run/run-config.ts';
import { useHover } from '../../store/hover-store.ts';
import './population.css';
import { useAxisView } from './axis-view-store.ts';
import { activeCellId } from './active-cell.tsx';
import { gutterSpan } from './fitness-gutter.tsx';
import { GroupHead } from './group-head.tsx';
import { finiteRange, logScale, type LogScale } from './log-scale.ts';
import { ParentRow } from './parent-row.tsx';
import { PopulationRow } from './population-row.tsx';
import type { PopulationView } from './population-view.ts';
import { layoutRows, type PlacedRow } from './row-layout.ts';
import type { Stack } from './stack.ts';
import { useGridKeys } from './use-grid-keys.ts';
import { useSteadyLayout } from './use-steady-layout.ts';
import type { Fitness } from './words.ts';

interface Props {
  readonly stack: Stack;
  readonly view: PopulationView;
  readonly stages: readonly Stage[];
  readonly fitness: Fitness;
}

function gutterScale(stack: Stack, view: PopulationView): LogScale | null {
  const span = gutterSpan(stack.columns);
  const range = finiteRange([...view.candidates.flatMap((candidate) => candidate.fitness), view.parentFitness ?? Number.NaN]);
  return span && range ? logScale(range[0], range[1], span[0], span[1]) : null;
}

/** React keeps rows in the order of their ids, so that a row that moves is moved and not made anew. */
const inIdOrder = (rows: readonly PlacedRow[]): readonly PlacedRow[] =>
  rows.toSorted((a, b) => a.candidate.id.localeCompare(b.candidate.id, 'en', { numeric: true }));

/** The population grid: the parent, then every candidate, grouped by the stage that it reached. */
export function Population({ stack, view, stages, fitness }: Props) {
  const sort = useAxisView((axis) => axis.sort);
  const blank = useAxisView((axis) => axis.paint === 'changes');
  const { columns, heights } = stack;
  const wanted = useMemo(() => layoutRows(view.candidates, sort, heights), [view.candidates, sort, heights]);
  const held = useHover((hover) => hover.candidate !== null);
  const layout = useSteadyLayout(wanted, `${view.generation} ${sort} ${heights.rowPitch}`, held);
  const scale = useMemo(() => gutterScale(stack, view), [stack, view]);
  const ids = useMemo(() => [view.parent.id, ...layout.rows.map((row) => row.candidate.id)], [view.parent.id, layout]);
  const { place, handlers } = useGridKeys(columns, ids);
  const top = heights.parentRow + 4;
  const activeIn = (id: string): number | null => (place?.row === id ? place.module : null);
  return (
    <div
      role="grid"
      id="population"
      tabIndex={0}
      aria-label={`Population of generation ${view.generation}`}
      aria-rowcount={layout.rows.length + 1}
      aria-colcount={columns.modules + 2}
      {...(place ? { 'aria-activedescendant': activeCellId } : {})}
      className="population"
      style={{ height: top + layout.height }}
      {...handlers}
    >
      <ParentRow {...{ stack, scale, fitness }} parent={view.parent} value={view.parentFitness} below={layout.height} active={activeIn(view.parent.id)} />
      <div role="rowgroup" className="population-rows" style={{ top }}>
        {layout.groups.map((group) => (
          <GroupHead key={group.key} group={group} sort={sort} stages={view.live ? stages : []} />
        ))}
        {inIdOrder(layout.rows).map(({ candidate, top: y, index, fade }) => (
          <PopulationRow
            key={candidate.id}
            {...{ stack, candidate, index, fade, scale, fitness, blank }}
            top={y}
            baseline={view.baseline.genome}
            active={activeIn(candidate.id)}
          />
        ))}
      </div>
    </div>
  );
}
