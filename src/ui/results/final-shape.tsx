import { useMemo, useRef, useState, type RefObject } from 'react';
import type { ModuleKind } from '../../model/spec.ts';
import type { Granularity } from '../../pruning/level-database.ts';
import { useRun } from '../../store/use-run.ts';
import { useTheme } from '../../store/theme-store.ts';
import { count, parameters, percent } from '../format/format.ts';
import { LevelLegend } from '../levels/level-legend.tsx';
import { useElementWidth } from '../module-axis/use-element-width.ts';
import { kindName, structures } from '../module-axis/words.ts';
import { ChartTools } from '../parts/chart-tools.tsx';
import './final-shape.css';
import { shapeBars, shapeCsv, structuresOf, type ShapeBar } from './shape-bars.ts';
import { ShapePlot } from './shape-plot.tsx';

/** What is kept of every module by the winner, or by the parent so far. */
export function FinalShape() {
  const config = useRun((run) => run.config);
  const modules = useRun((run) => run.database.modules);
  const parent = useRun((run) => run.search?.parent ?? null);
  const over = useRun((run) => run.result !== null);
  // A target of time says nothing of shares.
  const target = useRun(({ search }) => (search?.unit === 'parameters' ? search.most / search.dense : null));
  const [table, setTable] = useState(false);
  const drawing = useRef<HTMLDivElement>(null);
  const bars = useMemo(() => config && parent && shapeBars(modules, parent.genome, config.levels), [config, parent, modules]);
  if (!config || !parent || !bars) return null;
  const title = over ? 'Final shape' : 'Shape so far';
  return (
    <section className="final-shape" aria-labelledby="shape-title" data-chart>
      <div className="final-shape-head">
        <h2 id="shape-title">{title}</h2>
        <span className="small tertiary">{over ? `winner ${parent.id}` : `parent ${parent.id}`}</span>
        <span className="panel-space" />
        <LevelLegend nominalLevels={config.levels} pitch={14} />
        <ChartTools name="shape" title={`${title}, ${parent.id}`} csv={() => shapeCsv(bars)} onTable={setTable} {...{ table, drawing }} />
      </div>
      {table ? <ShapeTable {...{ bars }} granularity={config.granularity} /> : <Plots {...{ bars, target, drawing }} granularity={config.granularity} />}
    </section>
  );
}

const kinds: readonly ModuleKind[] = ['attention', 'mlp'];
const ofKind = (bars: readonly ShapeBar[], kind: ModuleKind): ShapeBar[] => bars.filter((bar) => bar.kind === kind);

interface PlotsProps {
  readonly bars: readonly ShapeBar[];
  readonly target: number | null;
  readonly granularity: Granularity;
  readonly drawing: RefObject<HTMLDivElement | null>;
}

function Plots({ bars, target, granularity, drawing }: PlotsProps) {
  return (
    <div ref={drawing} className="final-shape-plots">
      {kinds.map((kind) => (
        <Plot key={kind} {...{ kind, target, granularity }} bars={ofKind(bars, kind)} />
      ))}
    </div>
  );
}

function Plot({ kind, bars, target, granularity }: Omit<PlotsProps, 'drawing'> & { readonly kind: ModuleKind }) {
  const theme = useTheme();
  const [ref, width] = useElementWidth();
  const of = structuresOf(bars);
  const words = `${structures(kind, granularity)} kept${of === null ? '' : ` of ${count(of)}`}`;
  const mean = bars.reduce((sum, { share }) => sum + share, 0) / Math.max(1, bars.length);
  const label = `${kindName(kind)}: ${words}, layer by layer; ${percent(mean)} on average${target === null ? '' : `, target ${percent(target)}`}`;
  return (
    <div ref={ref}>
      <p className="final-shape-title">
        <b>{kindName(kind)}</b> {words}
      </p>
      {width > 0 && <ShapePlot {...{ bars, target, width, theme, label }} />}
    </div>
  );
}

function ShapeTable({ bars, granularity }: Pick<PlotsProps, 'bars' | 'granularity'>) {
  const [attention, mlp] = kinds.map((kind) => ofKind(bars, kind));
  const kept = (bar: ShapeBar | undefined): string => (bar ? `${count(bar.kept)} of ${count(bar.structures)}` : '');
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls has to be reachable by keyboard
    <div className="final-shape-table" role="region" aria-label="Table of the shape" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {['Layer', `Attention, ${structures('attention', granularity)}`, 'parameters', 'MLP, channels', 'parameters of it'].map((column, index) => (
              <th key={column} scope="col">
                {index === 4 ? 'parameters' : column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {attention?.map((bar, index) => (
            <tr key={bar.layer}>
              <th scope="row">{count(bar.layer)}</th>
              <td>{kept(bar)}</td>
              <td>{parameters(bar.parameters)}</td>
              <td>{kept(mlp?.[index])}</td>
              <td>{parameters(mlp?.[index]?.parameters)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
