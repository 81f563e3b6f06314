import { lazy, memo, Suspense, useState } from 'react';
import type { RunState, SearchState } from '../../store/run-state.ts';
import { useRun, useRunWhenIdle } from '../../store/use-run.ts';
import * as format from '../format/format.ts';
import { useElementWidth } from '../module-axis/use-element-width.ts';
import { fitnessFull, fitnessName, type Fitness } from '../module-axis/words.ts';
import '../parts/button.css';
import { Panel } from '../parts/panel.tsx';
import { saveText } from '../parts/save-file.ts';
import { Segmented } from '../parts/segmented.tsx';
import { useMedia } from '../parts/use-media.ts';
import type { YScale } from './fitness-domain.ts';
import { FitnessFigures } from './fitness-figures.tsx';
import './fitness-panel.css';
import { fitnessCsv, type XAxisKind } from './fitness-series.ts';
import { FitnessTable } from './fitness-table.tsx';
import { useScaleKey } from './use-scale-key.ts';

const FitnessChart = memo(lazy(() => import('./fitness-chart.tsx')));

const kinds = [
  { value: 'generation', label: 'Generation' },
  { value: 'tokens', label: 'Tokens' },
  { value: 'time', label: 'Time' },
] as const;
const scales = [
  { value: 'log', label: 'Log' },
  { value: 'linear', label: 'Linear' },
] as const;
const none: SearchState['changes'] = [];
const heights = { phone: 236, usual: 250, wide: 380 } as const;

const nameOf = (strategy: SearchState['strategy']): string => (strategy === 'random' ? 'Best so far' : strategy === 'uniform' ? 'Uniform' : 'Parent');

/** Before the first generation is done there is no curve, only the wait for it. */
function Waiting() {
  const seconds = useRun((run) => (run.phase === 'database' ? run.estimate.phaseSeconds : null));
  return (
    <p className="small secondary fitness-waiting">
      The curve starts with the first generation{seconds === null ? '' : `, in about ${format.roughly(seconds)}`}.
    </p>
  );
}

function Controls({ kind, scale, table, onKind, onScale, onTable, onSave }: {
  readonly kind: XAxisKind;
  readonly scale: YScale;
  readonly table: boolean;
  readonly onKind: (kind: XAxisKind) => void;
  readonly onScale: (scale: YScale) => void;
  readonly onTable: () => void;
  readonly onSave: () => void;
}) {
  return (
    <div className="fitness-controls">
      <Segmented plain label="Over" value={kind} options={kinds} onChange={onKind} />
      <span className="panel-space" />
      <Segmented plain label="Value axis" value={scale} options={scales} onChange={onScale} />
      <button type="button" className="link-button" aria-pressed={table} onClick={onTable}>
        Table
      </button>
      <button type="button" className="link-button" onClick={onSave}>
        CSV
      </button>
    </div>
  );
}

const searchOf = (run: RunState): SearchState | null => run.search;

/** The fitness of parent, offspring and uniform, over generations, tokens or time. */
export function FitnessPanel() {
  const search = useRunWhenIdle(searchOf);
  const fitness = useRun((run): Fitness => run.config?.search.fitness ?? 'kl');
  const note = fitness === 'kl' ? 'KL to the dense model, lower is better' : 'perplexity, lower is better';
  return (
    <Panel title="Fitness" note={note} id="fitness" className="fitness">
      {search && (search.history.length > 0 || search.parentFitness !== null) ? <Curve {...{ search, fitness }} /> : <Waiting />}
    </Panel>
  );
}

const Curve = memo(function Curve({ search, fitness }: { readonly search: SearchState; readonly fitness: Fitness }) {
  const [kind, setKind] = useState<XAxisKind>('generation');
  const [scale, setScale] = useState<YScale>('log');
  const [table, setTable] = useState(false);
  const [ref, width] = useElementWidth();
  const wide = useMedia('(min-width: 1760px)');
  const phone = useMedia('(max-width: 599px)');
  useScaleKey(setScale);
  const height = wide ? heights.wide : phone ? heights.phone : heights.usual;
  const { history, generations, generation } = search;
  const parentName = nameOf(search.strategy);
  const name = `${fitnessName(fitness)} over ${history.length} generations: ${parentName.toLowerCase()} ${fitnessFull(fitness, history.at(-1)?.fitness ?? null)}, uniform ${fitnessFull(fitness, history[0]?.previousParentFitness ?? null)}`;
  return (
    <>
      <FitnessFigures {...{ search, fitness, parentName }} />
      {table && <FitnessTable {...{ history, fitness }} />}
      <div ref={ref} className="fitness-chart" role="img" aria-label={name} style={{ height }} hidden={table}>
        {!table && width > 0 && history.length > 0 && (
          <Suspense>
            <FitnessChart
              {...{ history, generations, generation, kind, scale, width, height }}
              changes={search.changes.length === 0 ? none : search.changes}
              parentName={parentName.toLowerCase()}
            />
          </Suspense>
        )}
        {history.length === 0 && <Waiting />}
      </div>
      <Controls
        {...{ kind, scale, table }}
        onKind={setKind}
        onScale={setScale}
        onTable={() => setTable(!table)}
        onSave={() => saveText('fitness.csv', 'text/csv', [fitnessCsv(history)])}
      />
    </>
  );
});
