import { useEffect, useMemo } from 'react';
import type { Stage } from '../../run/run-config.ts';
import { useHover } from '../../store/hover-store.ts';
import { usePlace } from '../../store/view-store.ts';
import { joinClasses } from '../parts/join-classes.ts';
import './population.css';
import { useDisplay } from '../../store/display-store.ts';
import { activeCellId } from './active-cell.tsx';
import { gutterSpan } from './gutter-span.ts';
import { tellRows } from './grid-rows.ts';
import { GroupHead } from './group-head.tsx';
import { finiteRange, logScale, type LogScale } from './log-scale.ts';
import { ParentRow } from './parent-row.tsx';
import { PopulationCanvas } from './population-canvas.tsx';
import { PopulationRow } from './population-row.tsx';
import type { PopulationView } from './population-view.ts';
import { RowHighlights } from './row-highlights.tsx';
import { layoutRows, type RowLayout } from './row-layout.ts';
import { inSlotOrder, slotOf } from './row-slots.ts';
import type { Stack } from './stack.ts';
import { useGridKeys } from './use-grid-keys.ts';
import { useSteadyLayout } from './use-steady-layout.ts';
import { useStillBetween } from './use-still-between.ts';
import type { Fitness } from './words.ts';

interface Props {
  readonly stack: Stack;
  readonly view: PopulationView;
  /** Of the generation in view. */
  readonly stages: readonly Stage[];
  /** The generation that runs, or the last. */
  readonly running: number;
  readonly fitness: Fitness;
  /** Opens a candidate; null where there is no place for it. */
  readonly onOpen: ((id: string) => void) | null;
}

function gutterScale(stack: Stack, view: PopulationView): LogScale | null {
  const span = gutterSpan(stack.columns);
  const range = finiteRange([...view.candidates.flatMap((candidate) => candidate.fitness), view.parentFitness ?? Number.NaN]);
  return span && range ? logScale(range[0], range[1], span[0], span[1]) : null;
}

/** Where the rows lie. */
function useLayout({ stack: { heights }, view }: Pick<Props, 'stack' | 'view'>): RowLayout {
  const sort = useDisplay((axis) => axis.sort);
  const wanted = useMemo(() => layoutRows(view.candidates, sort, heights), [view.candidates, sort, heights]);
  // A chosen order stays as it is until it is reset; the usual one only under the pointer.
  const held = useHover((hover) => hover.candidate !== null) || sort !== 'stage';
  return useSteadyLayout(wanted, `${view.generation} ${sort} ${heights.rowPitch}`, held);
}

/** The population grid: the parent, then every candidate, grouped by the stage that it reached. */
export function Population({ stack, view, stages, running, fitness, onOpen }: Props) {
  const sort = useDisplay((axis) => axis.sort);
  const blank = useDisplay((axis) => axis.paint === 'changes');
  const { columns, heights } = stack;
  const layout = useLayout({ stack, view });
  const scale = useMemo(() => gutterScale(stack, view), [stack, view]);
  const ids = useMemo(() => [view.parent.id, ...layout.rows.map((row) => row.candidate.id)], [view.parent.id, layout]);
  const opened = usePlace((place) => place.candidate);
  const { place, handlers } = useGridKeys(columns, ids, onOpen);
  useEffect(() => tellRows({ ids, generation: view.generation, live: running }), [ids, view.generation, running]);
  const still = useStillBetween(view.generation);
  const top = heights.parentRow + 4;
  const activeIn = (id: string): number | null => (place?.row === id ? place.module : null);
  return (
    <div
      ref={still}
      role="grid"
      id="population"
      tabIndex={0}
      aria-label={`Population of generation ${view.generation}`}
      aria-rowcount={layout.rows.length + 1}
      aria-colcount={columns.modules + 2}
      {...(place ? { 'aria-activedescendant': activeCellId } : {})}
      className={joinClasses('population', onOpen && 'population-opens')}
      style={{ height: top + layout.height }}
      {...handlers}
    >
      <ParentRow {...{ stack, scale, fitness }} generation={view.generation} parent={view.parent} value={view.parentFitness} below={layout.height} active={activeIn(view.parent.id)} opened={opened === view.parent.id} />
      <div role="rowgroup" className="population-rows" style={{ top }}>
        <RowHighlights rows={layout.rows} height={heights.rowPitch} opened={opened} />
        <PopulationCanvas {...{ stack, layout, scale, blank }} generation={view.generation} baseline={view.baseline.genome} />
        {layout.groups.map((group) => (
          <GroupHead key={group.key} group={group} sort={sort} stages={stages} />
        ))}
        {inSlotOrder(layout.rows).map((row) => (
          <PopulationRow
            key={slotOf(row)}
            {...{ stack, fitness }}
            candidate={row.candidate}
            top={row.top}
            index={row.index}
            baseline={view.baseline.genome}
            active={activeIn(row.candidate.id)}
            opened={opened === row.candidate.id}
          />
        ))}
      </div>
    </div>
  );
}
