import { memo, useMemo, useRef, useState } from 'react';
import { useHover } from '../../store/hover-store.ts';
import type { SearchState } from '../../store/run-state.ts';
import * as format from '../format/format.ts';
import type { ModulePaint } from '../levels/module-paint.ts';
import type { ModuleColumns } from '../module-axis/module-columns.ts';
import { fitnessName, moduleName, plural, type Fitness } from '../module-axis/words.ts';
import { ChartTools } from '../parts/chart-tools.tsx';
import { Panel } from '../parts/panel.tsx';
import { Segmented } from '../parts/segmented.tsx';
import { ModulePlot } from './module-plot.tsx';
import { mutationsCsv, mutationStats, valueOf, type Measure, type MutationStats } from './mutation-stats.ts';
import { KindTable, ModuleTable, SizeTable } from './mutation-tables.tsx';

interface Props {
  readonly history: SearchState['history'];
  readonly paints: readonly ModulePaint[];
  readonly fitness: Fitness;
}

const half = 60;
const title = 'Which mutations won';
const notes: Readonly<Record<Measure, string>> = {
  tried: 'offspring that changed the module',
  passed: 'offspring that changed the module and reached the last stage',
  won: 'offspring that changed the module and became the parent',
  gained: 'what the winners gained, shared equally by the modules that changed together',
};

/** Which modules were changed, in which direction, and what became of it. */
export function MutationSection({ history, paints, fitness }: Props) {
  const [measure, setMeasure] = useState<Measure>('won');
  const [table, setTable] = useState(false);
  const drawing = useRef<HTMLDivElement>(null);
  const stats = useMemo(() => mutationStats(history, paints.length), [history, paints.length]);
  const most = Math.max(...stats.modules.flatMap(({ keepsMore, prunesMore }) => [valueOf(keepsMore, measure), valueOf(prunesMore, measure)]));
  const written = (value: number): string => (measure === 'gained' ? format.kl(value) : format.count(value));
  const options = [
    { value: 'won', label: 'won' },
    { value: 'passed', label: 'reached the last stage' },
    { value: 'tried', label: 'tried' },
    { value: 'gained', label: `${fitnessName(fitness)} gained` },
  ] as const;
  return (
    <Panel title={title} note={notes[measure]} className="structure-panel">
      <div className="structure-controls">
        <Segmented plain label="Shown" value={measure} options={options} onChange={setMeasure} />
        <span className="panel-space" />
        <ChartTools name="mutations" title={title} {...{ table, drawing }} onTable={setTable} csv={() => mutationsCsv(stats)} />
      </div>
      <div ref={drawing}>
        {table ? (
          <ModuleTable {...{ stats, paints, fitness }} />
        ) : (
          <ModulePlot {...{ paints }} height={2 * half} what="keep more above, prune more below" name={`${title}: ${notes[measure]}, by module and direction`} ticks={ticksFor(most, written)}>
            {(columns) => <Bars {...{ columns, stats, measure, most }} />}
          </ModulePlot>
        )}
      </div>
      <ModuleWords {...{ stats, paints, fitness }} />
      {/* What scrolls has to be reachable by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="structure-tables" role="region" aria-label="Mutations by kind and size" tabIndex={0}>
        <KindTable {...{ stats, fitness }} />
        <SizeTable {...{ stats, fitness }} />
      </div>
    </Panel>
  );
}

/** The most at both ends, nothing in the middle. */
const ticksFor = (most: number, written: (value: number) => string) => [
  { at: 1, text: written(most) },
  { at: 0.5, text: '0' },
  { at: 0, text: `${written(most)} ` }, // keys are texts
];

interface BarsProps {
  readonly columns: ModuleColumns;
  readonly stats: MutationStats;
  readonly measure: Measure;
  readonly most: number;
}

const Bars = memo(function Bars({ columns, stats, measure, most }: BarsProps) {
  const width = columns.columnWidth - columns.cellGap;
  const length = (value: number): number => (most > 0 ? Math.round((value / most) * half) : 0);
  return (
    <>
      {stats.modules.map(({ keepsMore, prunesMore }, module) => {
        const [up, down] = [length(valueOf(keepsMore, measure)), length(valueOf(prunesMore, measure))];
        return (
          // Modules never move.
          // oxlint-disable-next-line react/no-array-index-key
          <g key={module}>
            <rect x={columns.left(module)} y={half - up} width={width} height={up} fill="var(--ink)" />
            <rect x={columns.left(module)} y={half + 1} width={width} height={down} fill="var(--ink3)" />
          </g>
        );
      })}
      {columns.bands.map(({ kind, x, width: band }) => (
        <line key={kind} x1={x} x2={x + band} y1={half + 0.5} y2={half + 0.5} stroke="var(--edge)" />
      ))}
    </>
  );
});

/** The hovered module in numbers. */
function ModuleWords({ stats, paints, fitness }: Pick<Props, 'paints' | 'fitness'> & { readonly stats: MutationStats }) {
  const module = useHover((hover) => hover.module);
  const [paint, tallies] = module === null ? [] : [paints[module], stats.modules[module]];
  if (!paint || !tallies) return <p className="note tertiary structure-words">A mutation changes several modules at once: some keep more, others pay for it.</p>;
  const words = [['keeps more', tallies.keepsMore], ['prunes more', tallies.prunesMore]] as const;
  return (
    <p className="note secondary structure-words figures">
      <b>{moduleName(paint)}</b>{' '}
      {words
        .map(([direction, tally]) => `${direction}: ${plural(tally.tried, 'try', 'tries')}, ${format.count(valueOf(tally, 'passed'))} reached the last stage, ${format.count(tally.won)} won, ${fitnessName(fitness)} ${format.change(-tally.gained)}`)
        .join('; ')}
    </p>
  );
}
