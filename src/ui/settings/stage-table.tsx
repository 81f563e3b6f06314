import { Minus, Plus } from 'lucide-react';
import type { Stage } from '../../run/run-config.ts';
import { useRun } from '../../store/use-run.ts';
import { Term } from '../glossary/term.tsx';
import { NumberInput } from '../parts/number-input.tsx';
import { isEditable, type EditableSearch } from './use-search-settings.ts';

const most = { trainingTokens: 1 << 28, fitnessTokens: 1 << 24, stages: 8 } as const;

/** The stages with another in front: twice the survivors, half the tokens. Null where there is no room for it. */
export function withStageInFront(stages: readonly Stage[], offspring: number): Stage[] | null {
  const first = stages[0];
  if (!first || stages.length >= most.stages) return null;
  const survivors = Math.min(first.survivors * 2, offspring - 1);
  if (survivors <= first.survivors) return null;
  const half = (tokens: number) => Math.floor(tokens / 2);
  return [{ survivors, fitnessTokens: Math.max(2, half(first.fitnessTokens)), trainingTokens: half(first.trainingTokens) }, ...stages];
}

/** Doubles or halves: token counts are thought of in powers of two. */
const stepTokens = (value: number, direction: 1 | -1): number => {
  if (direction === 1) return value === 0 ? 256 : value * 2;
  return value <= 256 ? 0 : Math.floor(value / 2);
};

/** How many go on from each stage, and on how many tokens it trains and tests them. */
export function StageTable({ search }: { readonly search: EditableSearch }) {
  const { shown, mode, edit } = search;
  const running = useRun((run) => (run.search && !run.search.finished && run.search.generation > 0 ? run.search.stage : null));
  const longer = withStageInFront(shown.stages, shown.offspring);
  const disabled = !isEditable(mode);
  return (
    <>
      <table className="stage-table">
        <caption className="visually-hidden">Stages of a generation</caption>
        <thead>
          <tr>
            <th scope="col">
              <Term of="stage">Stage</Term>
            </th>
            <th scope="col">Keep</th>
            <th scope="col">Train tok</th>
            <th scope="col">Test tok</th>
          </tr>
        </thead>
        <tbody>
          {shown.stages.map((stage, index) => (
            <StageRow key={shown.stages.length - index} index={index} stage={stage} search={search} current={mode === 'live' && running === index} />
          ))}
        </tbody>
      </table>
      <div className="stage-buttons">
        <button type="button" className="link-button" disabled={disabled || !longer} onClick={() => longer && edit({ stages: longer })}>
          <Plus size={12} aria-hidden /> Stage in front
        </button>
        <button type="button" className="link-button" disabled={disabled || shown.stages.length === 1} onClick={() => edit({ stages: shown.stages.slice(1) })}>
          <Minus size={12} aria-hidden /> First stage
        </button>
      </div>
    </>
  );
}

interface RowProps {
  readonly index: number;
  readonly stage: Stage;
  readonly search: EditableSearch;
  readonly current: boolean;
}

function StageRow({ index, stage, search, current }: RowProps) {
  const { shown, inForce, mode, edit } = search;
  const last = index === shown.stages.length - 1;
  const old = inForce && inForce.stages.length === shown.stages.length ? inForce.stages[index] : undefined;
  const put = (change: Partial<Stage>) => edit({ stages: shown.stages.map((other, at) => (at === index ? { ...other, ...change } : other)) });
  const shared = (key: keyof Stage) => ({
    value: stage[key],
    disabled: !isEditable(mode),
    changed: old !== undefined && old[key] !== stage[key],
    onChange: (value: number) => put({ [key]: value }),
  });
  const keep = shared('survivors');
  const fewest = last ? 1 : (shown.stages[index + 1]?.survivors ?? 0) + 1;
  const highest = last ? 1 : (shown.stages[index - 1]?.survivors ?? shown.offspring) - 1;
  return (
    <tr aria-current={current ? 'step' : undefined}>
      <th scope="row">{index + 1}</th>
      <td>
        <NumberInput label={`Stage ${index + 1}, keep`} {...keep} disabled={keep.disabled || last} minimum={fewest} maximum={highest} />
      </td>
      <td>
        <NumberInput label={`Stage ${index + 1}, train tokens`} {...shared('trainingTokens')} minimum={0} maximum={most.trainingTokens} step={stepTokens} />
      </td>
      <td>
        <NumberInput label={`Stage ${index + 1}, test tokens`} {...shared('fitnessTokens')} minimum={2} maximum={most.fitnessTokens} step={stepTokens} />
      </td>
    </tr>
  );
}
