import type { SearchState } from '../../store/run-state.ts';
import * as format from '../format/format.ts';
import { ChangeLegend, LevelLegend } from '../levels/level-legend.tsx';
import type { ModulePaint } from '../levels/module-paint.ts';
import '../parts/button.css';
import { saveText } from '../parts/save-file.ts';
import { Segmented } from '../parts/segmented.tsx';
import './axis-head.css';
import { backToLive, setAxisView, toggleAxisTable, useAxisView, type SortOrder } from './axis-view-store.ts';
import type { AxisLayout } from './module-columns.ts';
import { populationCsv, populationTable } from './population-table.ts';
import type { PopulationView } from './population-view.ts';

interface Props {
  readonly search: SearchState;
  readonly view: PopulationView;
  readonly paints: readonly ModulePaint[];
  readonly layout: AxisLayout;
  readonly nominalLevels: number;
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

function Controls({ layout }: Pick<Props, 'layout'>) {
  const paint = useAxisView((view) => view.paint);
  const sort = useAxisView((view) => view.sort);
  return (
    <>
      <Segmented label="Cells show" value={paint} options={paintOptions} onChange={(value) => setAxisView({ paint: value })} />
      {layout !== 'strands' && <Segmented label="Modules lie" value={layout} options={layoutOptions} onChange={(value) => setAxisView({ layout: value })} />}
      <label className="axis-sort">
        <span>Sort:</span>
        <select value={sort} onChange={(event) => setAxisView({ sort: sortOptions.find(([value]) => value === event.target.value)?.[0] ?? 'stage' })}>
          {sortOptions.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
    </>
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

/** Title, controls and legends over the stack. */
export function AxisHead({ search, view, paints, layout, nominalLevels }: Props) {
  const table = useAxisView((axis) => axis.table);
  const save = (): void => saveText(`generation-${view.generation}.csv`, 'text/csv', [populationCsv(populationTable(view, paints))]);
  return (
    <header className="axis-head">
      <div className="axis-head-line">
        <h2>{search.strategy === 'uniform' ? 'Uniform pruning' : `Generation ${format.count(view.generation)}`}</h2>
        {view.live ? (
          <span className="small tertiary axis-note">{noteOf(search, view)}</span>
        ) : (
          <span className="axis-viewing" role="status">
            Viewing
            <button type="button" className="link-button" onClick={backToLive}>
              Back to live
            </button>
          </span>
        )}
        <span className="axis-space" />
        <Controls layout={layout} />
      </div>
      <div className="axis-head-line axis-legends">
        <LevelLegend nominalLevels={nominalLevels} />
        <ChangeLegend />
        <UniformLegend />
        <span className="axis-space" />
        <span className="axis-actions">
          <button type="button" className="link-button" aria-pressed={table} onClick={toggleAxisTable}>
            Table
          </button>
          <button type="button" className="link-button" onClick={save}>
            CSV
          </button>
        </span>
      </div>
    </header>
  );
}
