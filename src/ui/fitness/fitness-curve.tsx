import { memo, useMemo, useRef, useState } from 'react';
import { toggleScale, useDisplay } from '../../store/display-store.ts';
import type { SearchState } from '../../store/run-state.ts';
import { useControls } from '../../store/use-controls.ts';
import * as format from '../format/format.ts';
import { useElementWidth } from '../module-axis/use-element-width.ts';
import { fitnessFull, fitnessName, type Fitness } from '../module-axis/words.ts';
import { ChartTools } from '../parts/chart-tools.tsx';
import { useKeys } from '../shell/use-keys.ts';
import { OverChoice, ScaleChoice } from './axis-choice.tsx';
import { chartFrame } from './chart-frame.ts';
import { FitnessChart } from './fitness-chart.tsx';
import type { Span } from './fitness-domain.ts';
import { FitnessFigures } from './fitness-figures.tsx';
import './fitness-panel.css';
import { fitnessCsv, fitnessSeries, type XAxisKind } from './fitness-series.ts';
import { FitnessTable } from './fitness-table.tsx';
import { ZoomButtons } from './zoom-buttons.tsx';

interface Props {
  /** As far as it is known: of a recording, all of it. */
  readonly search: SearchState;
  readonly fitness: Fitness;
  readonly height: number;
  /** With the choice of axes; else generations, on a logarithm. */
  readonly axes: boolean;
}

const nameOf = (strategy: SearchState['strategy']): string => (strategy === 'random' ? 'Best so far' : strategy === 'uniform' ? 'Uniform' : 'Parent');

/** The part that is zoomed into; of another axis there is none. */
function useSpan(kind: XAxisKind): readonly [span: Span | null, setSpan: (span: Span | null) => void] {
  const [zoomed, setZoomed] = useState<{ readonly kind: XAxisKind; readonly span: Span | null } | null>(null);
  return [zoomed?.kind === kind ? zoomed.span : null, (span) => setZoomed({ kind, span })];
}

function Axes() {
  useKeys({ scale: toggleScale });
  return (
    <div className="fitness-controls">
      <OverChoice />
      <span className="panel-space" />
      <ScaleChoice />
    </div>
  );
}

/** Figures, curve or table, and what can be done with them. */
export const FitnessCurve = memo(function FitnessCurve({ search, fitness, height, axes }: Props) {
  const { history, changes, chosen, generations, strategy } = search;
  const kind = useDisplay((display) => (axes ? display.x : 'generation'));
  const scale = useDisplay((display) => (axes ? display.y : 'log'));
  const [zoom, setZoom] = useSpan(kind);
  const [table, setTable] = useState(false);
  const [ref, width] = useElementWidth();
  const drawing = useRef<HTMLDivElement>(null);
  const stored = useControls().random?.curve ?? null;
  const random = strategy === 'evolution' ? stored : null;
  const series = useMemo(() => fitnessSeries(history, changes, kind, random), [history, changes, kind, random]);
  const frame = useMemo(() => chartFrame({ series, kind, scale, width, height, generations, zoom }), [series, kind, scale, width, height, generations, zoom]);
  const parentName = nameOf(strategy);
  const name = `${fitnessName(fitness)} over ${format.count(history.length)} generations: ${parentName.toLowerCase()} ${fitnessFull(fitness, history.at(-1)?.fitness ?? null)}, uniform ${fitnessFull(fitness, history[0]?.previousParentFitness ?? null)}`;
  return (
    <div data-chart>
      <FitnessFigures {...{ search, random, fitness, parentName }} />
      <div ref={ref}>
        {table && <FitnessTable {...{ history, random, fitness }} />}
        {!table && (
          <div ref={drawing} className="fitness-chart" style={{ height }}>
            {width > 0 && <FitnessChart {...{ frame, series, kind, changes, chosen, name }} parentName={parentName.toLowerCase()} onZoom={setZoom} />}
          </div>
        )}
      </div>
      {axes && <Axes />}
      <div className="fitness-controls">
        {!table && <ZoomButtons {...{ frame }} ends={series.ends} onZoom={setZoom} />}
        <span className="panel-space" />
        <ChartTools name="fitness" table={table} onTable={setTable} csv={() => fitnessCsv(history, random)} drawing={drawing} />
      </div>
    </div>
  );
});
