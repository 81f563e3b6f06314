import { memo, useMemo, useRef, useState } from 'react';
import { useHover } from '../../store/hover-store.ts';
import type { SearchState } from '../../store/run-state.ts';
import { useTheme } from '../../store/theme-store.ts';
import * as format from '../format/format.ts';
import { LevelLegend } from '../levels/level-legend.tsx';
import { LevelSwatch } from '../levels/level-swatch.tsx';
import type { ModulePaint } from '../levels/module-paint.ts';
import type { ModuleColumns } from '../module-axis/module-columns.ts';
import { moduleName, plural } from '../module-axis/words.ts';
import { ChartTools } from '../parts/chart-tools.tsx';
import { Panel } from '../parts/panel.tsx';
import { Segmented } from '../parts/segmented.tsx';
import { keptCsv, keptOverRun, meanKept, type Counted, type KeptOverRun } from './kept-over-run.ts';
import { ModulePlot } from './module-plot.tsx';

interface Props {
  readonly history: SearchState['history'];
  readonly paints: readonly ModulePaint[];
  readonly nominalLevels: number;
}

const options = [
  { value: 'parents', label: 'parents' },
  { value: 'survivors', label: 'last stage' },
] as const satisfies readonly { readonly value: Counted; readonly label: string }[];
const genomes: Readonly<Record<Counted, string>> = { parents: 'parent', survivors: 'candidate' };
const height = 120;
const title = 'How often each module was kept';

/** How often each module was at each of its levels, over the whole run. */
export function KeptSection({ history, paints, nominalLevels }: Props) {
  const [counted, setCounted] = useState<Counted>('parents');
  const [table, setTable] = useState(false);
  const drawing = useRef<HTMLDivElement>(null);
  const kept = useMemo(() => keptOverRun(history, paints.map(({ levels }) => levels.length), counted), [history, paints, counted]);
  return (
    <Panel title={title} note={`of ${plural(kept.total, genomes[counted])}`} className="structure-panel">
      <div className="structure-controls">
        <Segmented plain label="Counted" value={counted} options={options} onChange={setCounted} />
        <LevelLegend nominalLevels={nominalLevels} />
        <span className="panel-space" />
        <ChartTools name="kept" title={title} {...{ table, drawing }} onTable={setTable} csv={() => keptCsv(kept, paints)} />
      </div>
      <div ref={drawing}>
        {table ? (
          <KeptTable {...{ kept, paints }} />
        ) : (
          <ModulePlot {...{ paints, height }} what="kept, share of the run" name={`${title}: the share of ${genomes[counted]}s at each level`} ticks={[{ at: 1, text: format.percent(1, 0) }, { at: 0.5, text: format.percent(0.5, 0) }, { at: 0, text: '0' }]}>
            {(columns) => <Bars {...{ columns, kept, paints }} />}
          </ModulePlot>
        )}
      </div>
      <KeptWords {...{ kept, paints }} genome={genomes[counted]} />
    </Panel>
  );
}

/** One column a module: from dense at the bottom to removed on top. */
const Bars = memo(function Bars({ columns, kept, paints }: { readonly columns: ModuleColumns; readonly kept: KeptOverRun; readonly paints: readonly ModulePaint[] }) {
  const theme = useTheme();
  return paints.flatMap((paint, module) => {
    let below = 0;
    return paint.levels.map(({ stop, removed }, level) => {
      const share = (kept.counts[module]?.[level] ?? 0) / Math.max(1, kept.total);
      if (share === 0) return null;
      const top = Math.round((1 - below - share) * height);
      const bottom = Math.round((1 - below) * height);
      below += share;
      return <LevelSwatch key={`${module} ${level}`} {...{ theme, stop, removed }} x={columns.left(module)} y={top} width={columns.columnWidth - columns.cellGap} height={Math.max(1, bottom - top)} />;
    });
  });
});

/** The hovered module in numbers. */
function KeptWords({ kept, paints, genome }: { readonly kept: KeptOverRun; readonly paints: readonly ModulePaint[]; readonly genome: string }) {
  const module = useHover((hover) => hover.module);
  const paint = module === null ? undefined : paints[module];
  if (module === null || !paint) return <p className="note tertiary structure-words">Each column is a module; a colour’s height is the share of {genome}s that had it at that level.</p>;
  const counts = kept.counts[module] ?? [];
  const most = counts.indexOf(Math.max(...counts));
  return (
    <p className="note secondary structure-words figures">
      <b>{moduleName(paint)}</b> {format.percent(meanKept(kept, paints, module))} kept on average, most often {format.count(paint.levels[most]?.kept)} of {format.count(paint.structures)} (
      {format.percent((counts[most] ?? 0) / Math.max(1, kept.total))} of {genome}s)
    </p>
  );
}

function KeptTable({ kept, paints }: { readonly kept: KeptOverRun; readonly paints: readonly ModulePaint[] }) {
  const most = Math.max(...paints.map(({ levels }) => levels.length));
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls has to be reachable by keyboard
    <div className="table-scroll" role="region" aria-label={title} tabIndex={0}>
      <table className="dense-table">
        <thead>
          <tr>
            <th scope="col">Module</th>
            <th scope="col">Kept on average</th>
            {Array.from({ length: most }, (_, level) => (
              <th key={level} scope="col">
                Level {level}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {paints.map((paint, module) => (
            <tr key={moduleName(paint)}>
              <th scope="row">{moduleName(paint)}</th>
              <td>{format.percent(meanKept(kept, paints, module))}</td>
              {Array.from({ length: most }, (_, level) => (
                <td key={level}>{paint.levels[level] ? format.percent((kept.counts[module]?.[level] ?? 0) / Math.max(1, kept.total)) : format.missing}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
