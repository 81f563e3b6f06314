import { useHover } from '../../store/hover-store.ts';
import type { SearchState } from '../../store/run-state.ts';
import * as format from '../format/format.ts';
import { fitnessFull, type Fitness } from '../module-axis/words.ts';

interface Props {
  readonly search: SearchState;
  readonly fitness: Fitness;
  readonly parentName: string;
}

/** A short piece of the series' line. */
function Swatch({ dash, width, colour }: { readonly dash?: string; readonly width: number; readonly colour: string }) {
  return (
    <svg width={16} height={4} aria-hidden>
      <line x2={16} y1={2} y2={2} stroke={colour} strokeWidth={width} strokeDasharray={dash} />
    </svg>
  );
}

/** The current values; those of a generation while it is hovered. */
export function FitnessFigures({ search, fitness, parentName }: Props) {
  const hovered = useHover((hover) => hover.generation);
  const { history } = search;
  const record = hovered === null ? undefined : history[hovered - 1];
  const parent = record?.fitness ?? search.parentFitness ?? history.at(-1)?.fitness ?? null;
  const uniform = history[0]?.previousParentFitness ?? (search.generation <= 1 ? search.parentFitness : null);
  const comparable = parent !== null && uniform !== null && Number.isFinite(parent) && Number.isFinite(uniform) && uniform > 0;
  return (
    <dl className="fitness-figures">
      <div>
        <dt>
          <Swatch width={2} colour="var(--ink)" />
          {record ? `${parentName}, generation ${format.count(record.generation)}` : parentName}
        </dt>
        <dd className="fitness-first">{fitnessFull(fitness, parent)}</dd>
      </div>
      <div>
        <dt>
          <Swatch width={1.5} colour="var(--ink2)" dash="6 3" />
          Uniform
        </dt>
        <dd>{fitnessFull(fitness, uniform)}</dd>
      </div>
      <div>
        <dt>Share of uniform</dt>
        <dd>{format.percent(comparable ? parent / uniform : null)}</dd>
      </div>
    </dl>
  );
}
