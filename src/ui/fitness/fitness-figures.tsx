import type { RunCurve } from '../../store/runs/stored-run.ts';
import type { SearchState } from '../../store/run-state.ts';
import * as format from '../format/format.ts';
import { fitnessFull, type Fitness } from '../module-axis/words.ts';
import { useMarked, useShown } from './use-shown.ts';

interface Props {
  readonly search: SearchState;
  readonly random: RunCurve | null;
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

/** The parent's fitness after so many generations, or before the first. */
function parentAt({ history, parentFitness }: SearchState, generation: number): number | null {
  return (generation === 0 ? history[0]?.previousParentFitness : history[generation - 1]?.fitness) ?? parentFitness;
}

/** The parent's fitness now; one that the user chose is not measured before its first last stage. */
function parentNow(search: SearchState): number | null {
  const chosen = search.chosen.at(-1)?.parent.id === search.parent.id;
  return search.parentFitness ?? (chosen ? null : parentAt(search, search.history.length));
}

/** The values where the run stands; those of a generation while it is marked. */
export function FitnessFigures({ search, random, fitness, parentName }: Props) {
  const { history } = search;
  const shown = useShown(history.length);
  const marked = useMarked(shown);
  const generation = marked ?? shown;
  const parent = marked === null && shown === history.length ? parentNow(search) : parentAt(search, generation);
  const uniform = history[0]?.previousParentFitness ?? (search.generation <= 1 ? search.parentFitness : null);
  const comparable = parent !== null && uniform !== null && Number.isFinite(parent) && Number.isFinite(uniform) && uniform > 0;
  return (
    <dl className="fitness-figures">
      <div>
        <dt>
          <Swatch width={2} colour="var(--ink)" />
          {marked === null ? parentName : `${parentName}, generation ${format.count(marked)}`}
        </dt>
        <dd className="fitness-first">{fitnessFull(fitness, parent)}</dd>
      </div>
      {random && (
        <div>
          <dt>
            <Swatch width={1.5} colour="var(--ink2)" dash="1.5 2.5" />
            Random, equal budget
          </dt>
          <dd>{fitnessFull(fitness, (generation === 0 ? random.start : random.fitness[generation - 1]) ?? null)}</dd>
        </div>
      )}
      <div>
        <dt>
          <Swatch width={1.5} colour="var(--ink2)" dash="6 3" />
          Uniform
        </dt>
        <dd>{fitnessFull(fitness, uniform)}</dd>
      </div>
      {search.savedTokens > 0 && (
        <div>
          <dt title="Of measuring candidates that could not survive their stage any more and were dropped">Tokens saved</dt>
          <dd>{format.tokens(search.savedTokens)}</dd>
        </div>
      )}
      {!random && (
        <div>
          <dt>Share of uniform</dt>
          <dd>{format.percent(comparable ? parent / uniform : null)}</dd>
        </div>
      )}
    </dl>
  );
}
