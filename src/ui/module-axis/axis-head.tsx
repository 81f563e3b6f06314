import { memo, type RefObject } from 'react';
import type { SearchState } from '../../store/run-state.ts';
import * as format from '../format/format.ts';
import { ChangeLegend, LevelLegend } from '../levels/level-legend.tsx';
import type { ModulePaint } from '../levels/module-paint.ts';
import { useIsLive } from '../../store/use-run.ts';
import { useEngine } from '../../store/run-store.ts';
import { ChartTools } from '../parts/chart-tools.tsx';
import { Segmented } from '../parts/segmented.tsx';
import { useCommands } from '../shell/engine-context.ts';
import './axis-head.css';
import { backToLive, setDisplay, useDisplay, type SortOrder } from '../../store/display-store.ts';
import type { AxisLayout } from './module-columns.ts';
import { populationCsv, populationTable } from './population-table.ts';
import type { PopulationView } from './population-view.ts';

interface Props {
  readonly search: SearchState;
  readonly view: PopulationView;
  readonly paints: readonly ModulePaint[];
  readonly layout: AxisLayout;
  readonly nominalLevels: number;
  /** The stack under it. */
  readonly drawing: RefObject<HTMLElement | null>;
}

const paintOptions = [
  { value: 'levels', label: 'Levels' },
  { value: 'changes', label: 'Changes' },
] as const;
const layoutOptions = [
  { value: 'bands', label: 'Bands' },
  { value: 'interleaved', label: 'Interleaved' },
] as const;
const sortOptions: readonly (readonly [SortOrder, string])[] = [
  ['stage', 'stage, KL'],
  ['id', 'id'],
  ['fitness', 'KL'],
  ['changes', 'changes'],
];

function noteOf(search: SearchState, view: PopulationView): string {
  if (search.strategy === 'uniform') return 'the same share of every module, no search';
  if (view.generation === 0) return 'the first offspring are being drawn';
  const count = `${format.count(view.candidates.length)} ${search.strategy === 'random' ? 'random candidates' : 'offspring'}`;
  const state = view.live && search.finished ? (search.stopped ? ', search stopped' : ', search finished') : '';
  return search.strategy === 'random' ? count + state : `${count} of ${view.baseline.id}${state}`;
}

const Controls = memo(function Controls({ layout }: Pick<Props, 'layout'>) {
  const paint = useDisplay((view) => view.paint);
  const sort = useDisplay((view) => view.sort);
  return (
    <>
      <Segmented label="Cells show" value={paint} options={paintOptions} onChange={(value) => setDisplay({ paint: value })} />
      {layout !== 'strands' && <Segmented label="Modules lie" value={layout} options={layoutOptions} onChange={(value) => setDisplay({ layout: value })} />}
      <label className="axis-sort">
        <span>Sort:</span>
        <select value={sort} onChange={(event) => setDisplay({ sort: sortOptions.find(([value]) => value === event.target.value)?.[0] ?? 'stage' })}>
          {sortOptions.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
      {sort !== 'stage' && (
        <button type="button" className="link-button" title="A chosen order stays as it is while values come in" onClick={() => setDisplay({ sort: 'stage' })}>
          Reset
        </button>
      )}
    </>
  );
});

/** A finished generation is looked back at; the way back leads to the run, or to where a recording stands. */
function Viewing({ running }: { readonly running: number }) {
  const live = useIsLive();
  return (
    <span className="axis-viewing" role="status">
      Viewing
      <button type="button" className="link-button" onClick={backToLive}>
        {live ? 'Back to live' : `Back to generation ${format.count(running)}`}
      </button>
    </span>
  );
}

/** The candidate that will be the parent, with a way back. */
function NextParent() {
  const commands = useCommands();
  const live = useIsLive();
  const id = useEngine((engine) => engine.pendingParent);
  if (id === null || !live) return null;
  return (
    <span className="axis-pending changed" role="status">
      {id} will be the parent{' '}
      <button type="button" className="link-button changed" onClick={() => commands.unadopt()}>
        Undo
      </button>
    </span>
  );
}

/** The dash that marks uniform's share in the profile. */
function UniformLegend() {
  return (
    <span className="level-legend uniform-legend">
      <svg width={10} height={3} aria-hidden>
        <line x2={10} y1={1.5} y2={1.5} stroke="var(--ink3)" />
      </svg>
      <span>uniform keeps</span>
    </span>
  );
}

const Legends = memo(function Legends({ nominalLevels }: Pick<Props, 'nominalLevels'>) {
  return (
    <>
      <LevelLegend nominalLevels={nominalLevels} />
      <ChangeLegend />
      <UniformLegend />
    </>
  );
});

/** Title, controls and legends over the stack. */
export function AxisHead({ search, view, paints, layout, nominalLevels, drawing }: Props) {
  const table = useDisplay((axis) => axis.table);
  const heading = search.strategy === 'uniform' ? 'Uniform pruning' : `Generation ${format.count(view.generation)}`;
  return (
    <header className="axis-head">
      <div className="axis-head-line">
        <h2>{heading}</h2>
        {view.live ? (
          <span className="small tertiary axis-note">{noteOf(search, view)}</span>
        ) : (
          <Viewing running={search.generation} />
        )}
        <NextParent />
        <span className="axis-space" />
        <Controls layout={layout} />
      </div>
      <div className="axis-head-line axis-legends">
        <Legends nominalLevels={nominalLevels} />
        <span className="axis-space" />
        <span className="axis-actions">
          <ChartTools name="population" title={heading} table={table} onTable={(shown) => setDisplay({ table: shown })} csv={() => populationCsv(populationTable(view, paints))} drawing={drawing} />
        </span>
      </div>
    </header>
  );
}
