import { useMemo, useRef, useState, type PointerEvent } from 'react';
import type { StoredRun } from '../../store/runs/stored-run.ts';
import { useTheme } from '../../store/theme-store.ts';
import { count, parameters } from '../format/format.ts';
import { colourAtStop, edgedFrom, type LevelTheme } from '../levels/level-colours.ts';
import { LevelLegend } from '../levels/level-legend.tsx';
import { layerTicks, moduleColumns, type ModuleColumns } from '../module-axis/module-columns.ts';
import { useElementWidth } from '../module-axis/use-element-width.ts';
import { kindName } from '../module-axis/words.ts';
import { ChartTools } from '../parts/chart-tools.tsx';
import { lookOf } from './run-look.ts';
import { runShape, shapeWords, type RunShape, type ShapeCell } from './run-shape.ts';
import { RunSwatch } from './run-swatch.tsx';
import { shapesCsv } from './runs-csv.ts';

interface Shaped {
  readonly run: StoredRun;
  readonly shape: RunShape;
  readonly index: number;
}

/** Height of a run's bars, and room for their numbers. */
const barHeight = 44;
const numberHeight = 18;
/** Right of the bars: the run's parameters. */
const valueWidth = 96;

/** Cells in the order of the genome: layer 1 attention, layer 1 MLP, … */
const cellOf = ({ attention, mlp }: RunShape, module: number): ShapeCell | undefined => (module % 2 === 0 ? attention : mlp)[module >> 1];

/** What each pinned run keeps of every module, on one axis. */
export function Structures({ pinned }: { readonly pinned: readonly StoredRun[] }) {
  const [table, setTable] = useState(false);
  const drawing = useRef<HTMLDivElement>(null);
  const shaped = useMemo(() => pinned.map((run, index) => ({ run, index, shape: runShape(run) })).filter(({ shape }) => shape.attention.length > 0), [pinned]);
  const levels = shaped[0]?.run.config.levels ?? 10;
  if (shaped.length === 0) return null;
  return (
    <section className="structures" aria-labelledby="structures-title" data-chart>
      <div className="compare-head">
        <h2 id="structures-title">Structures</h2>
        <span className="small secondary">share kept of each module</span>
        <span className="runs-space" />
        <LevelLegend nominalLevels={levels} />
      </div>
      <div ref={drawing}>{table ? <StructureTable shaped={shaped} /> : <Bars shaped={shaped} />}</div>
      <ChartTools
        name="structures"
        subject={null}
        source={`DarwinLM Web · ${shaped.map(({ run }) => run.name).join(', ')}`}
        csv={() => shapesCsv(pinned)}
        {...{ table, drawing }}
        onTable={setTable}
      />
    </section>
  );
}

function Bars({ shaped }: { readonly shaped: readonly Shaped[] }) {
  const theme = useTheme();
  const [ref, width] = useElementWidth();
  const [module, setModule] = useState<number | null>(null);
  const layers = Math.max(...shaped.map(({ shape }) => shape.attention.length));
  const columns = useMemo(() => moduleColumns(layers, width, 'bands', valueWidth), [layers, width]);
  const onPointerMove = (event: PointerEvent<HTMLElement>): void => setModule(columns.moduleAt(event.clientX - event.currentTarget.getBoundingClientRect().left));
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reachable by keyboard
    <div ref={ref} className="structure-scroll" role="region" aria-label="Structures of the pinned runs" tabIndex={0}>
      {width > 0 && (
        <div style={{ width: columns.width }} onPointerMove={onPointerMove} onPointerLeave={() => setModule(null)}>
          {shaped.map((each) => (
            <RunBars key={each.run.id} {...{ shaped: each, columns, theme, module }} />
          ))}
          <LayerNumbers columns={columns} />
        </div>
      )}
      <p className="note tertiary figures compare-values">{module === null ? 'Attention at the left, MLP at the right; layers counted from 1.' : <Inspector {...{ shaped, module }} />}</p>
    </div>
  );
}

interface RunBarsProps {
  readonly shaped: Shaped;
  readonly columns: ModuleColumns;
  readonly theme: LevelTheme;
  readonly module: number | null;
}

/** One run: its name over its bars, and its size at their end. */
function RunBars({ shaped: { run, shape, index }, columns, theme, module }: RunBarsProps) {
  const modules = Array.from({ length: 2 * shape.attention.length }, (_, each) => each);
  return (
    <>
      <p className="note structure-name">
        <RunSwatch look={lookOf(index)} width={14} /> {run.name}
      </p>
      <svg className="level-cells figures" width={columns.width} height={barHeight + 1} role="img" aria-label={`${run.name} ${shapeWords(shape)}`}>
        {columns.bands.map(({ kind, x, width }) => (
          <g key={kind}>
            <line x1={x} x2={x + width} y1={0.5} y2={0.5} stroke="var(--line2)" />
            <line x1={x} x2={x + width} y1={barHeight + 0.5} y2={barHeight + 0.5} stroke="var(--edge)" />
          </g>
        ))}
        {modules.map((each) => (
          <Bar key={each} cell={cellOf(shape, each)} x={columns.left(each)} width={columns.columnWidth - columns.cellGap} theme={theme} />
        ))}
        {module !== null && <rect x={columns.left(module) - 0.5} y={0.5} width={columns.columnWidth} height={barHeight} fill="none" stroke="var(--ink)" />}
        <text x={columns.labelWidth - 8} y={9} textAnchor="end">
          100 %
        </text>
        <text x={columns.labelWidth - 8} y={barHeight} textAnchor="end">
          0
        </text>
        <text x={columns.plotRight + 10} y={barHeight} className="axis-ink2">
          {parameters(run.result?.parameters.pruned.total ?? run.parent?.size ?? null)}
        </text>
      </svg>
    </>
  );
}

function Bar({ cell, x, width, theme }: { readonly cell: ShapeCell | undefined; readonly x: number; readonly width: number; readonly theme: LevelTheme }) {
  if (!cell) return null;
  const height = cell.share * barHeight;
  const y = barHeight - height;
  if (cell.removed) return <line x1={x} x2={x + width} y1={barHeight - 3.5} y2={barHeight - 3.5} stroke="var(--ink3)" />;
  return (
    <g>
      <rect {...{ x, y, width, height }} fill={colourAtStop(theme, cell.stop)} />
      {cell.stop >= edgedFrom && <rect x={x + 0.5} y={y + 0.5} width={width - 1} height={Math.max(0, height - 1)} fill="none" stroke="var(--cell-edge)" />}
    </g>
  );
}

function LayerNumbers({ columns }: { readonly columns: ModuleColumns }) {
  return (
    <svg width={columns.width} height={numberHeight} aria-hidden className="figures">
      {layerTicks(columns).map(({ layer, x }) => (
        <text key={x} x={x} y={12} textAnchor="middle">
          {layer + 1}
        </text>
      ))}
    </svg>
  );
}

/** "MLP 12" and what each run keeps of it. */
function Inspector({ shaped, module }: { readonly shaped: readonly Shaped[]; readonly module: number }) {
  return (
    <>
      {kindName(module % 2 === 0 ? 'attention' : 'mlp')} {(module >> 1) + 1}
      {shaped.map(({ run, shape, index }) => {
        const cell = cellOf(shape, module);
        return (
          <span key={run.id} className="compare-value">
            <RunSwatch look={lookOf(index)} width={14} /> {run.name} {cell ? `${count(cell.kept)} of ${count(cell.structures)}` : '–'}
          </span>
        );
      })}
    </>
  );
}

/** The same as a table: a row a module, a column a run. */
function StructureTable({ shaped }: { readonly shaped: readonly Shaped[] }) {
  const layers = Math.max(...shaped.map(({ shape }) => shape.attention.length));
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reachable by keyboard
    <div className="compare-table-scroll" role="region" aria-label="Structures by module" tabIndex={0}>
      <table className="compare-table figures">
        <thead>
          <tr>
            <th scope="col">Module</th>
            {shaped.map(({ run }) => (
              <th key={run.id} scope="col">
                {run.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: 2 * layers }, (_, module) => (
            <tr key={module}>
              <th scope="row">
                {kindName(module % 2 === 0 ? 'attention' : 'mlp')} {(module >> 1) + 1}
              </th>
              {shaped.map(({ run, shape }) => {
                const cell = cellOf(shape, module);
                return <td key={run.id}>{cell ? `${count(cell.kept)} of ${count(cell.structures)}` : '–'}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
