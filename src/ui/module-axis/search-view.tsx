import { memo, useEffect, useMemo, useRef, type RefObject } from 'react';
import type { RunConfig } from '../../run/run-config.ts';
import type { SearchState } from '../../store/run-state.ts';
import { searchAt } from '../../store/search-in-force.ts';
import { useTheme } from '../../store/theme-store.ts';
import { ChangeLegend, LevelLegend } from '../levels/level-legend.tsx';
import type { ModulePaint } from '../levels/module-paint.ts';
import { useGradual } from '../parts/use-gradual.ts';
import { AxisHead } from './axis-head.tsx';
import { backToLive, useDisplay } from '../../store/display-store.ts';
import { clearHover } from '../../store/hover-store.ts';
import { BandTitles } from './band-titles.tsx';
import { canvasPalette } from './canvas-palette.ts';
import { gutterSpan } from './gutter-span.ts';
import { openCandidate } from './grid-rows.ts';
import { HistoryTableView } from './history-table-view.tsx';
import { History } from './history.tsx';
import { HoverColumn } from './hover-column.tsx';
import { InspectorLine } from './inspector-line.tsx';
import { LayerNumbers } from './layer-numbers.tsx';
import { moduleColumns, type ModuleColumns } from './module-columns.ts';
import { PopulationTableView } from './population-table-view.tsx';
import { populationView } from './population-view.ts';
import { Population } from './population.tsx';
import { Profile } from './profile.tsx';
import type { Stack } from './stack.ts';
import { stackHeights, strandHeights, type StackHeights } from './stack-heights.ts';
import { useAxisKeys } from './use-axis-keys.ts';
import { useAxisPointer } from './use-axis-pointer.ts';
import { useElementWidth } from './use-element-width.ts';
import { useViewport, type Viewport } from './use-viewport.ts';
import { fitnessName, type Fitness } from './words.ts';

interface Props {
  readonly search: SearchState;
  readonly config: RunConfig;
  readonly paints: readonly ModulePaint[];
  /** The drawings with a legend, beside other things: no controls, no inspector, no more height than they need. */
  readonly compact: boolean;
}

/** Below this width the page is a phone: one column a layer. */
const phone = 600;
const compactHistory = 128;
/** From this width on, the columns of the page scroll by themselves, so that the stack has the window's height. */
const ownScroll = 1024;
/** Header, run bar, padding, the stack's own head and lines of text above and below. */
const chrome = 92 + 12 + 58 + 18 + 21 + 22 + 32;

function heightsFor({ width, height }: Viewport, offspring: number, groups: number, compact: boolean): StackHeights {
  if (width < phone) return compact ? { ...strandHeights, history: compactHistory } : strandHeights;
  const request = { viewportWidth: width, viewportHeight: height, rows: offspring };
  if (compact) return { ...stackHeights({ ...request, viewportWidth: ownScroll }), history: compactHistory };
  if (width < ownScroll) return stackHeights(request);
  return stackHeights({
    ...request,
    spare: (heights) => {
      const rows = Math.min(32, offspring) * heights.rowPitch + groups * (heights.groupHead + heights.groupGap) + heights.parentRow + 4;
      return height - chrome - heights.profile - rows;
    },
  });
}

function useStack(paints: readonly ModulePaint[], nominalLevels: number, columns: ModuleColumns, heights: StackHeights, pixelRatio: number): Stack {
  const theme = useTheme();
  return useMemo(
    () => ({ columns, heights, paints, nominalLevels, theme, palette: canvasPalette(), pixelRatio }),
    [columns, heights, paints, nominalLevels, theme, pixelRatio],
  );
}

/** Profile, population and history of a search over one shared module axis. */
export const SearchView = memo(function SearchView({ search, config, paints, compact }: Props) {
  const viewport = useViewport();
  const [ref, width] = useElementWidth();
  const drawing = useRef<HTMLDivElement>(null);
  const viewing = useDisplay((view) => view.viewing);
  const table = useDisplay((view) => view.table);
  const chosen = useDisplay((view) => view.layout);
  const layout = viewport.width < phone ? 'strands' : chosen;
  const layers = paints.length / 2;
  const columns = useMemo(() => moduleColumns(layers, width, layout), [layers, width, layout]);
  const offspring = Math.max(search.candidates.length, config.search.strategy === 'uniform' ? 0 : config.search.offspring);
  const heights = useMemo(() => heightsFor(viewport, offspring, search.stages.length + 1, compact), [viewport, offspring, search.stages.length, compact]);
  const stack = useStack(paints, config.levels, columns, heights, viewport.pixelRatio);
  const view = useMemo(() => populationView(search, viewing), [search, viewing]);
  const drawn = useGradual(3); // head, then profile, population, history
  const fitness: Fitness = config.search.fitness;
  const onOpen = compact ? null : openCandidate;
  useAxisKeys(search.history.length, onOpen);
  // The next run's generations and candidates are not this one's.
  useEffect(
    () => () => {
      backToLive();
      clearHover();
    },
    [],
  );
  return (
    <div className="module-axis" data-chart>
      {!compact && <AxisHead {...{ search, view, paints, layout, drawing }} nominalLevels={config.levels} />}
      <div ref={ref} className="axis-scroll">
        {table && <Tables {...{ search, view, paints, fitness }} />}
        {drawn >= 1 && !table && width > 0 && <StackView {...{ stack, search, view, config, fitness, drawn, drawing }} onOpen={onOpen} />}
      </div>
      {compact ? <Legend nominalLevels={config.levels} /> : <InspectorLine {...{ stack, search, config, view, fitness }} />}
    </div>
  );
});

/** In place of the drawings. */
function Tables({ search, view, paints, fitness }: Pick<Props, 'search' | 'paints'> & Pick<StackViewProps, 'view' | 'fitness'>) {
  return (
    <>
      <PopulationTableView {...{ view, paints, fitness }} />
      {search.history.length > 0 && <HistoryTableView {...{ search, paints, fitness }} />}
    </>
  );
}

function Legend({ nominalLevels }: { readonly nominalLevels: number }) {
  return (
    <p className="axis-legend">
      <LevelLegend nominalLevels={nominalLevels} pitch={13} />
      <ChangeLegend />
    </p>
  );
}

interface StackViewProps extends Pick<Props, 'search' | 'config'> {
  readonly stack: Stack;
  readonly view: ReturnType<typeof populationView>;
  readonly fitness: Fitness;
  /** How many of its parts are drawn so far, the head counted. */
  readonly drawn: number;
  readonly drawing: RefObject<HTMLDivElement | null>;
  /** Null where there is no place for a candidate's detail. */
  readonly onOpen: ((id: string) => void) | null;
}

function StackView({ stack, search, view, config, fitness, drawn, drawing, onOpen }: StackViewProps) {
  const { columns, heights } = stack;
  const pointer = useAxisPointer(columns);
  const span = gutterSpan(columns);
  const stages = view.live ? search.stages : (searchAt({ config, search }, view.generation)?.stages ?? []);
  return (
    <div ref={drawing} className="axis-stack" style={{ width: columns.width }} {...pointer}>
      {columns.layout !== 'strands' && <BandTitles columns={columns} granularity={config.granularity} what="kept" />}
      <Profile stack={stack} genome={view.parent.genome} uniform={search.uniform.genome} target={search.unit === 'parameters' ? search.most / search.dense : null} />
      {span && (
        <span
          className="gutter-title"
          style={{ left: span[0] - 4, top: 18 + heights.profile - 13 }}
          title="Values of different stages are measured on different texts and cannot be compared"
        >
          {fitnessName(fitness)} (log)
        </span>
      )}
      <LayerNumbers columns={columns} />
      {drawn >= 2 && <Population {...{ stack, view, fitness, stages, onOpen }} running={search.generation} />}
      {drawn >= 3 && search.strategy !== 'uniform' && <History {...{ stack, search, fitness }} />}
      <HoverColumn columns={columns} />
    </div>
  );
}
