import { useState } from 'react';
import { setHover } from '../../store/hover-store.ts';
import type { SearchState } from '../../store/run-state.ts';
import { change, count } from '../format/format.ts';
import type { ModulePaint } from '../levels/module-paint.ts';
import { openCandidate } from '../module-axis/grid-rows.ts';
import { fitnessFull, fitnessName, moduleName, plural, type Fitness } from '../module-axis/words.ts';
import { Panel } from '../parts/panel.tsx';
import type { Ancestor, Change } from './lineage.ts';

interface Props {
  readonly line: readonly Ancestor[];
  readonly search: SearchState;
  readonly paints: readonly ModulePaint[];
  readonly fitness: Fitness;
}

const fewest = 6;
const track = 96;

/** The parents from which a candidate descends, back to the start. */
export function LineageSection({ line, search, paints, fitness }: Props) {
  const [all, setAll] = useState(false);
  if (search.strategy !== 'evolution') return null;
  const shown = all ? line : line.slice(0, fewest);
  const hidden = line.length - shown.length;
  const start = search.history[0]?.previousParentFitness ?? null;
  return (
    <Panel title="Lineage" aside={<span className="note tertiary">{plural(line.length, 'step')} from the uniform start</span>}>
      <table className="candidate-table lineage figures">
        <thead>
          <tr>
            <th scope="col">Parent</th>
            <th scope="col">Attention</th>
            <th scope="col">MLP</th>
            <th scope="col">{fitnessName(fitness)}</th>
            <th scope="col" title="From the parent before, both measured on the same text">
              Step
            </th>
          </tr>
        </thead>
        <tbody onPointerLeave={() => setHover({ generation: null })}>
          {shown.map((ancestor) => (
            <Row key={ancestor.id} {...{ ancestor, paints, fitness }} />
          ))}
          <tr className="tertiary">
            <td colSpan={3}>
              {hidden > 0 && (
                <>
                  {plural(hidden, 'earlier step')} ·{' '}
                  <button type="button" className="link-button" onClick={() => setAll(true)}>
                    show all
                  </button>
                </>
              )}
            </td>
            <td>{fitnessFull(fitness, start)}</td>
            <td>start</td>
          </tr>
        </tbody>
      </table>
      {line.length > 0 && (
        <p className="note secondary lineage-legend">
          <Triangle keepsMore /> keeps more <Triangle keepsMore={false} /> prunes more
        </p>
      )}
    </Panel>
  );
}

function Row({ ancestor, paints, fitness }: Pick<Props, 'paints' | 'fitness'> & { readonly ancestor: Ancestor }) {
  const { id, generation, changes, step, chosen } = ancestor;
  return (
    <tr onPointerEnter={() => setHover({ generation, candidate: null })}>
      <th scope="row">
        <button type="button" className="link-button lineage-id" onClick={() => openCandidate(id)}>
          {id}
        </button>
      </th>
      {[0, 1].map((lane) => (
        <td key={lane}>
          <Track {...{ paints, lane }} changes={changes.filter(({ module }) => module % 2 === lane)} />
        </td>
      ))}
      <td>{fitnessFull(fitness, ancestor.fitness)}</td>
      <td>{chosen ? 'chosen' : step === null ? '–' : change(step)}</td>
    </tr>
  );
}

/** "Attention 3 keeps more", for those who do not see triangles. */
const changeWords = (paints: readonly ModulePaint[], { module, keepsMore }: Change): string => {
  const paint = paints[module];
  return `${paint ? moduleName(paint) : count(module)} ${keepsMore ? 'keeps more' : 'prunes more'}`;
};

/** Layers from left to right, a triangle where one changed. */
function Track({ paints, lane, changes }: { readonly paints: readonly ModulePaint[]; readonly lane: number; readonly changes: readonly Change[] }) {
  const pitch = (track - 8) / Math.max(1, paints.length / 2);
  return (
    <>
      <svg className="lineage-track" width={track} height={14} aria-hidden>
        <line x1={0} x2={track} y1={7.5} y2={7.5} stroke="var(--line)" />
        {changes.map(({ module, keepsMore }) => (
          <path key={module} d={triangle(4 + ((module >> 1) + 0.5) * pitch, 7.5, keepsMore)} fill="var(--change)" />
        ))}
      </svg>
      <span className="visually-hidden">{changes.map((each) => changeWords(paints, each)).join(', ') || `no ${lane === 0 ? 'attention' : 'MLP'} change`}</span>
    </>
  );
}

const triangle = (x: number, y: number, up: boolean): string => (up ? `M${x - 3.5} ${y + 3}h7l-3.5 -6z` : `M${x - 3.5} ${y - 3}h7l-3.5 6z`);

function Triangle({ keepsMore }: { readonly keepsMore: boolean }) {
  return (
    <svg width={9} height={9} aria-hidden>
      <path d={triangle(4.5, 4.5, keepsMore)} fill="var(--change)" />
    </svg>
  );
}
