import { memo, useMemo, useRef, useState, type RefObject } from 'react';
import type { RunConfig } from '../../run/run-config.ts';
import { useHover } from '../../store/hover-store.ts';
import type { DatabaseState } from '../../store/run-state.ts';
import { useTheme } from '../../store/theme-store.ts';
import * as format from '../format/format.ts';
import { Term } from '../glossary/term.tsx';
import { LevelLegend } from '../levels/level-legend.tsx';
import { modulePaint } from '../levels/module-paint.ts';
import { ChartTools } from '../parts/chart-tools.tsx';
import './axis-head.css';
import { BandTitles } from './band-titles.tsx';
import { canvasPalette } from './canvas-palette.ts';
import { DatabaseCanvas } from './database-canvas.tsx';
import { filledLevels } from './database-grid.ts';
import { DatabaseLoss } from './database-loss.tsx';
import { DatabaseTableView } from './database-table-view.tsx';
import { databaseCsv } from './database-table.ts';
import { HoverColumn } from './hover-column.tsx';
import { LayerNumbers } from './layer-numbers.tsx';
import { moduleColumns } from './module-columns.ts';
import { useAxisPointer } from './use-axis-pointer.ts';
import { useElementWidth } from './use-element-width.ts';
import { useViewport } from './use-viewport.ts';
import { keptWords, moduleName, structures } from './words.ts';

interface Props {
  readonly database: DatabaseState;
  readonly config: RunConfig;
}

/** Rows fill two fifths of the window, within reason. */
const rowHeightFor = (viewportHeight: number, levels: number): number =>
  Math.max(8, Math.min(30, Math.floor((viewportHeight * 0.4) / (levels + 1))));

/** The level database while it is built: cells fill as modules are cut; below, what is lost at half size. */
export const DatabaseView = memo(function DatabaseView({ database, config }: Props) {
  const [ref, width] = useElementWidth();
  const [table, setTable] = useState(false);
  const drawing = useRef<HTMLDivElement>(null);
  const layers = database.modules.length / 2;
  const done = database.modules.filter((summary) => summary !== null).length;
  const narrow = width < 560;
  const columns = useMemo(() => moduleColumns(layers, width, 'bands', narrow ? 0 : undefined), [layers, width, narrow]);
  return (
    <div className="module-axis" data-chart>
      <header className="axis-head">
        <div className="axis-head-line">
          <h2>
            <Term of="level">Level</Term> database
          </h2>
          <span className="small tertiary">
            {format.count(done)} of {format.count(database.modules.length)} modules
          </span>
          <span className="axis-space" />
          <LevelLegend nominalLevels={config.levels} />
          <span className="axis-actions">
            <ChartTools name="database" title="Level database" csv={() => databaseCsv(database)} onTable={setTable} {...{ table, drawing }} />
          </span>
        </div>
      </header>
      <div ref={ref} className="axis-scroll">
        {table && <DatabaseTableView database={database} nominalLevels={config.levels} />}
        {!table && width > 0 && <DatabaseStack {...{ database, config, columns, drawing }} />}
      </div>
      <DatabaseInspector {...{ database, config }} />
    </div>
  );
});

interface StackProps extends Props {
  readonly columns: ReturnType<typeof moduleColumns>;
  readonly drawing: RefObject<HTMLDivElement | null>;
}

function DatabaseStack({ database, config, columns, drawing }: StackProps) {
  const theme = useTheme();
  // Read anew with the theme: the tokens change with it.
  const palette = useMemo(() => ({ theme, ...canvasPalette() }), [theme]);
  const { height, pixelRatio } = useViewport();
  const pointer = useAxisPointer(columns);
  const nominalLevels = config.levels;
  const rowHeight = rowHeightFor(height, nominalLevels);
  return (
    <div ref={drawing} className="axis-stack" style={{ width: columns.width }} {...pointer}>
      <BandTitles columns={columns} granularity={config.granularity} what="removed one by one" />
      <div className="database-levels" role="img" aria-label={`Levels of ${database.modules.length} modules`} style={{ height: (nominalLevels + 1) * rowHeight }}>
        <DatabaseCanvas {...{ columns, database, nominalLevels, rowHeight, theme, palette, pixelRatio }} />
        <LevelNumbers {...{ nominalLevels, rowHeight }} width={columns.labelWidth - 8} />
        {Object.keys(database.progress).map((module) => (
          <div
            key={module}
            className="database-frame"
            style={{ left: columns.left(Number(module)) - 2, width: columns.columnWidth + 3, top: -1, height: (nominalLevels + 1) * rowHeight + 2 }}
          />
        ))}
      </div>
      <LayerNumbers columns={columns} />
      <div className="history-head">
        <h3 style={{ width: columns.labelWidth }}>Loss</h3>
        <span className="history-note">error left after removing half of the module, log scale</span>
      </div>
      <DatabaseLoss columns={columns} modules={database.modules} height={Math.max(64, Math.min(190, Math.floor(height * 0.2)))} />
      <HoverColumn columns={columns} />
    </div>
  );
}

function LevelNumbers({ nominalLevels, rowHeight, width }: { readonly nominalLevels: number; readonly rowHeight: number; readonly width: number }) {
  const every = Math.ceil(14 / rowHeight);
  const numbers = Array.from({ length: nominalLevels + 1 }, (_, level) => level).filter((level) => level % every === 0 || level === nominalLevels);
  return numbers.map((level) => (
    <span key={level} className="axis-left-label" style={{ width, top: level * rowHeight + rowHeight / 2 - 7 }} aria-hidden>
      {level === 0 ? 'dense 0' : level === nominalLevels ? `gone ${level}` : level}
    </span>
  ));
}

/** The hovered module, else the one that is being cut. */
function DatabaseInspector({ database, config }: Props) {
  const hovered = useHover((hover) => hover.module);
  const cutting = Object.keys(database.progress)[0];
  const module = hovered ?? (cutting === undefined ? null : Number(cutting));
  if (module === null) return <p className="inspector-line">{database.ready && <span>{format.bytes(database.bytes)} in memory</span>}</p>;
  const name = moduleName({ kind: module % 2 === 0 ? 'attention' : 'mlp', layer: (module >> 1) + 1 });
  const summary = database.modules[module];
  const progress = database.progress[module];
  const words: string[] = [];
  if (summary) {
    const paint = modulePaint(summary, config.levels);
    words.push(`${format.count(paint.levels.length)} levels`, `${format.count(paint.structures)} ${structures(paint.kind, config.granularity)}`);
    const half = paint.levels.find(({ share }) => share <= 0.5);
    if (half) words.push(`at half: ${keptWords(paint, half.kept, config.granularity)}`, `${format.parameters(half.parameters)} parameters`);
  } else if (progress) {
    words.push(`level ${Math.max(0, filledLevels(database, module, config.levels) - 1)} of ${config.levels}`);
    words.push(`${format.count(progress.done)} of ${format.count(progress.total)} ${structures(module % 2 === 0 ? 'attention' : 'mlp', config.granularity)} removed`);
  } else words.push('not cut yet');
  return (
    <p className="inspector-line">
      <b>{name}</b>
      {words.map((word) => (
        <span key={word}>{word}</span>
      ))}
    </p>
  );
}
