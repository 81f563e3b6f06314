import { lazy, useMemo, useRef, useState } from 'react';
import { useDisplay } from '../../store/display-store.ts';
import type { StoredRun } from '../../store/runs/stored-run.ts';
import { ChartPlace } from '../charts/chart-place.tsx';
import type { XAxisKind } from '../fitness/fitness-series.ts';
import { OverChoice, ScaleChoice } from '../fitness/axis-choice.tsx';
import * as format from '../format/format.ts';
import { listed } from '../format/listed.ts';
import { targetShort } from '../format/target-words.ts';
import { useElementWidth } from '../module-axis/use-element-width.ts';
import { fitnessFull, fitnessName } from '../module-axis/words.ts';
import { ChartTools } from '../parts/chart-tools.tsx';
import { StateMark } from '../parts/state-mark.tsx';
import { valueAt } from './compare-curves.ts';
import './compare.css';
import { comparedLines, type ComparedLine } from './compared-runs.ts';
import { CurveTable } from './curve-table.tsx';
import { RunSwatch } from './run-swatch.tsx';
import { incomparable, modelWords, pinnedTitle } from './run-words.ts';
import { curvesCsv } from './runs-csv.ts';

const CompareChart = lazy(() => import('./compare-chart.tsx').then(({ CompareChart: component }) => ({ default: component })));

const heights = { narrow: 260, usual: 372 } as const;

/** What all pinned runs are about, in a line. */
function subjectOf(runs: readonly StoredRun[]): string {
  const [first] = runs;
  if (!first) return '';
  const same = (read: (run: StoredRun) => string): string[] => (runs.every((run) => read(run) === read(first)) ? [read(first)] : []);
  return [...same(modelWords), ...same(({ config }) => targetShort(config.target)), ...same(({ config }) => (config.search.fitness === 'kl' ? 'KL to dense' : 'perplexity'))].join(', ');
}

/** The pinned runs' curves over each other. */
export function CompareSection({ pinned, all }: { readonly pinned: readonly StoredRun[]; readonly all: readonly StoredRun[] }) {
  const kind = useDisplay((display) => display.x);
  const scale = useDisplay((display) => display.y);
  const [table, setTable] = useState(false);
  const drawing = useRef<HTMLDivElement>(null);
  const lines = useMemo(() => comparedLines(pinned, all, kind), [pinned, all, kind]);
  return (
    <section className="compare" aria-labelledby="compare-title" data-chart>
      <div className="compare-head">
        <h2 id="compare-title">{pinnedTitle(pinned.length)}</h2>
        <span className="small secondary">{subjectOf(pinned)}</span>
        <span className="runs-space" />
        <OverChoice />
        <ScaleChoice />
      </div>
      <Warning pinned={pinned} />
      <div ref={drawing}>{table ? <CurveTable runs={pinned} /> : <Curves {...{ lines, kind, scale, pinned }} />}</div>
      <Uncurved pinned={pinned} />
      <ChartTools
        name="compare"
        title={pinnedTitle(pinned.length)}
        subject={null}
        source={`DarwinLM Web · ${subjectOf(pinned)} · ${pinned.map(({ name }) => name).join(', ')}`}
        csv={() => curvesCsv(pinned)}
        {...{ table, drawing }}
        onTable={setTable}
      />
    </section>
  );
}

/** Curves of unlike measures over each other would mislead. */
function Warning({ pinned }: { readonly pinned: readonly StoredRun[] }) {
  const unlike = incomparable(pinned);
  if (unlike.length === 0) return null;
  const onlyStage = unlike.every((what) => what === 'tokens of the last stage');
  return (
    <p className="small compare-warning" role="note">
      <StateMark state="warn" />
      <span>
        <b>Their values do not compare:</b> these runs differ in {listed(unlike)}.{onlyStage && ' Their held-out results do.'}
      </span>
    </p>
  );
}

function Uncurved({ pinned }: { readonly pinned: readonly StoredRun[] }) {
  const without = pinned.filter(({ curve }) => curve.start === null && curve.fitness.length === 0).map(({ name }) => name);
  if (without.length === 0) return null;
  return (
    <p className="note tertiary">
      {listed(without)} {without.length === 1 ? 'has' : 'have'} no curve, since no generation was searched; what came out stands below.
    </p>
  );
}

interface CurvesProps {
  readonly lines: readonly ComparedLine[];
  readonly kind: XAxisKind;
  readonly scale: 'log' | 'linear';
  readonly pinned: readonly StoredRun[];
}

/** The chart, and the values where the pointer is. */
function Curves({ lines, kind, scale, pinned }: CurvesProps) {
  const [ref, width] = useElementWidth();
  const [place, setPlace] = useState<number | null>(null);
  const height = width < 600 ? heights.narrow : heights.usual;
  const fitness = pinned[0]?.config.search.fitness ?? 'kl';
  const name = `${fitnessName(fitness)} of ${listed(lines.map((line) => line.name))}`;
  if (lines.length === 0) return <p className="small secondary compare-empty">The curves start with the first generation.</p>;
  return (
    <div ref={ref} style={{ minHeight: height + 16 }}>
      <ChartPlace height={height}>
        {width > 0 && <CompareChart {...{ lines, kind, scale, width, height, name, place }} onPlace={setPlace} />}
      </ChartPlace>
      <p className="note tertiary figures compare-values">
        {place === null ? (fitness === 'kl' ? 'KL to the dense model on the search’s own tokens; lower is better.' : 'Perplexity on the search’s own tokens; lower is better.') : <Values {...{ lines, kind, place, fitness }} />}
      </p>
    </div>
  );
}

function Values({ lines, kind, place, fitness }: Pick<CurvesProps, 'lines' | 'kind'> & { readonly place: number; readonly fitness: 'kl' | 'perplexity' }) {
  const where = { generation: `Generation ${format.count(Math.floor(place))}`, tokens: `${format.tokens(place)} tokens`, time: format.duration(place) }[kind];
  return (
    <>
      {where}
      {lines.map(({ id, name, curve, look }) => {
        const at = valueAt(curve, place);
        return at === null ? null : (
          <span key={id} className="compare-value">
            <RunSwatch look={look} width={14} /> {name} {fitnessFull(fitness, at.value)}
          </span>
        );
      })}
    </>
  );
}
