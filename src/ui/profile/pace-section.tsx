import { lazy, useMemo, useRef, useState } from 'react';
import type { RunState } from '../../store/run-state.ts';
import { ChartPlace } from '../charts/chart-place.tsx';
import * as format from '../format/format.ts';
import { useElementWidth } from '../module-axis/use-element-width.ts';
import { ChartTools } from '../parts/chart-tools.tsx';
import { Panel } from '../parts/panel.tsx';
import { Segmented } from '../parts/segmented.tsx';
import { paceCsv, paceOf, type Pace, type PaceMeasure } from './pace.ts';
import { PaceTable } from './pace-table.tsx';

const PaceChart = lazy(() => import('./pace-chart.tsx').then(({ PaceChart: component }) => ({ default: component })));

const title = 'Pace of the search';
const height = 150;

/** How fast each generation computed. */
export function PaceSection({ profile: { base, course, now } }: { readonly profile: NonNullable<RunState['profile']> }) {
  const [measure, setMeasure] = useState<PaceMeasure>('rate');
  const [table, setTable] = useState(false);
  const [place, setPlace] = useState<number | null>(null);
  const [ref, width] = useElementWidth();
  const drawing = useRef<HTMLDivElement>(null);
  const paces = useMemo(() => paceOf(base, course, now.peakFlops), [base, course, now.peakFlops]);
  const options = [
    { value: 'rate', label: 'tokens/s' },
    ...(now.peakFlops === null ? [] : [{ value: 'peak' as const, label: 'share of peak' }]),
    { value: 'seconds', label: 'seconds' },
  ] as const;
  return (
    <Panel
      title={title}
      note="by generation"
      className="profile-pace"
      aside={
        <div className="profile-controls">
          <Segmented plain label="Shown" value={measure} options={options} onChange={setMeasure} />
          <ChartTools name="profile-pace" title={title} {...{ table, drawing }} onTable={setTable} csv={() => paceCsv(paces)} />
        </div>
      }
    >
      <div ref={ref}>
        {paces.length === 0 ? (
          <p className="small secondary">The curve starts when a generation is over.</p>
        ) : table ? (
          <PaceTable paces={paces} />
        ) : (
          <div ref={drawing} style={{ minHeight: height }}>
            <ChartPlace height={height}>{width > 0 && <PaceChart {...{ paces, measure, width, height, place }} onPlace={setPlace} />}</ChartPlace>
          </div>
        )}
      </div>
      {paces.length > 0 && <Words pace={place === null ? null : (paces.find(({ generation }) => generation === Math.round(place)) ?? null)} />}
    </Panel>
  );
}

/** The generation under the pointer in numbers. */
function Words({ pace }: { readonly pace: Pace | null }) {
  if (!pace) return <p className="note tertiary">Rates are over a generation’s whole time.</p>;
  return (
    <p className="note secondary figures">
      <b>Generation {format.count(pace.generation)}</b> {format.spent(pace.seconds)}; forward {format.tokensPerSecond(pace.forwardRate)}, trained {format.tokensPerSecond(pace.trainedRate)};{' '}
      {format.computeRate(pace.flops)}, {format.percent(pace.ofPeak)} of peak; {format.percent(pace.hostShare)} outside; {format.count(pace.readbacks)} readbacks
    </p>
  );
}
