import { useState } from 'react';
import type { Parent } from '../../run/run-events.ts';
import { useHover } from '../../store/hover-store.ts';
import { joinClasses } from '../parts/join-classes.ts';
import { ActiveCell } from './active-cell.tsx';
import type { LogScale } from './log-scale.ts';
import { RowCanvas } from './row-canvas.tsx';
import type { Stack } from './stack.ts';
import { fitnessName, fitnessShort, type Fitness } from './words.ts';

interface Props {
  readonly stack: Stack;
  readonly generation: number;
  readonly parent: Parent;
  readonly value: number | null;
  readonly scale: LogScale | null;
  readonly fitness: Fitness;
  /** Height of the rows under it, through which its fitness is drawn as a dotted line. */
  readonly below: number;
  readonly active: number | null;
  readonly opened: boolean;
}

/** Whether the parent is news: it came with the generation, or with the one that follows; not where one goes back or far. */
function useNews(generation: number, id: string): boolean {
  const [last, setLast] = useState({ generation, id, news: false });
  if (last.generation === generation && last.id === id) return last.news;
  const news = generation - last.generation === 1 || generation === last.generation ? last.id !== id || last.news : false;
  setLast({ generation, id, news });
  return news;
}

/** The parent, over its offspring; flashes once when it is new. */
export function ParentRow({ stack, generation, parent, value, scale, fitness, below, active, opened }: Props) {
  const news = useNews(generation, parent.id);
  const { columns, heights } = stack;
  const hovered = useHover((hover) => hover.candidate === parent.id);
  const x = scale && value !== null && Number.isFinite(value) ? scale.at(value) : null;
  const middle = heights.parentRow / 2;
  return (
    <div
      role="row"
      aria-rowindex={1}
      aria-label={`Parent ${parent.id}, ${fitnessName(fitness)} ${fitnessShort(fitness, value)}`}
      aria-selected={opened}
      data-candidate={parent.id}
      className={joinClasses('axis-row axis-parent', opened && 'axis-row-open', hovered && 'axis-row-hovered')}
      style={{ height: heights.parentRow }}
    >
      {news && <span key={parent.id} className="axis-flash" aria-hidden />}
      <span role="rowheader" aria-colindex={1} className="axis-label" style={{ width: columns.labelWidth }}>
        Parent
      </span>
      <RowCanvas stack={stack} genome={parent.genome} height={heights.parentRow} cell={heights.parentCell} />
      {active !== null && <ActiveCell stack={stack} module={active} genome={parent.genome} baseline={null} height={heights.parentRow} />}
      {x !== null && (
        <svg className="fitness-gutter" style={{ left: columns.plotRight }} width={columns.width - columns.plotRight} height={heights.parentRow} aria-hidden>
          <line x1={x - columns.plotRight} x2={x - columns.plotRight} y1={middle} y2={middle + below} stroke="var(--ink)" strokeDasharray="1.5 2.5" />
          <circle cx={x - columns.plotRight} cy={middle} r={3.5} fill="var(--ink)" />
        </svg>
      )}
      <span role="gridcell" aria-colindex={columns.modules + 2} className="axis-value">
        {fitnessShort(fitness, value)}
      </span>
    </div>
  );
}
