import { useRef, useState } from 'react';
import type { LatencyTable } from '../../run/run-events.ts';
import { useRun } from '../../store/use-run.ts';
import * as format from '../format/format.ts';
import { kindName } from '../module-axis/words.ts';
import { ChartTools } from '../parts/chart-tools.tsx';
import { Disclosure } from '../parts/disclosure.tsx';
import { LatencyChart } from './latency-chart.tsx';
import './latency-panel.css';
import { latencyCsv, latencyRows, speedUps, type LatencyRow, type SpeedUps } from './latency-view.ts';

const work = ({ measure, tokens }: LatencyTable): string =>
  measure === 'decode' ? `Writing a token after ${format.tokens(tokens)}` : `Reading a prompt of ${format.tokens(tokens)} tokens`;

/** Where the target is a speed: what every size of module costs on this device, and what that predicts. */
export function LatencyPanel() {
  const latency = useRun((run) => run.latency);
  const target = useRun((run) => run.config?.target);
  const drawing = useRef<HTMLDivElement>(null);
  const [table, setTable] = useState(false);
  if (!latency || !target || !('speedup' in target)) return null;
  return (
    <section className="panel latency-panel" aria-label="Speed">
      <Disclosure summary={<Summary wanted={target.speedup} />}>
        <p className="note secondary">
          {work(latency.table)} takes the dense model about {format.latency(latency.dense)} by the times of its parts; a pruned one may take {format.latency(latency.most)}. In both, embedding, head
          and what a step costs beside the modules take {format.latency(latency.table.fixed)}.
        </p>
        <Predictions />
        <div className="latency-head">
          <h3>Time of a module by what is kept</h3>
          <ChartTools name="module times" table={table} onTable={setTable} csv={() => latencyCsv(latency.table)} drawing={drawing} />
        </div>
        <div ref={drawing}>{table ? <Times table={latency.table} /> : <LatencyChart table={latency.table} />}</div>
        <p className="note tertiary">
          Dots are medians of {format.count(latency.table.rounds)} rounds on this device; lines are what the search counts, never more where less is kept. Another round gives somewhat other times, so a
          run with such a target repeats only approximately.
        </p>
      </Disclosure>
    </section>
  );
}

/** "Speed 1.5× wanted, 1.52× predicted, 1.48× measured". */
function Summary({ wanted }: { readonly wanted: number }) {
  const { predicted, measured } = useSpeedUps('winner');
  return (
    <>
      <strong>Speed</strong> {format.times(wanted)} wanted{predicted !== null && `, ${format.times(predicted)} predicted`}
      {measured !== null && `, ${format.times(measured)} measured`}
    </>
  );
}

function useSpeedUps(which: 'uniform' | 'winner'): SpeedUps {
  const latency = useRun((run) => run.latency);
  const search = useRun((run) => run.search);
  const speed = useRun((run) => run.speed);
  return speedUps({ latency, search, speed }, which);
}

function Predictions() {
  const finished = useRun((run) => run.search?.finished ?? false);
  const rows = [
    { name: 'Uniform', ...useSpeedUps('uniform') },
    { name: finished ? 'Winner' : 'Parent', ...useSpeedUps('winner') },
  ];
  const tokens = rows.find((row) => row.tokens !== null)?.tokens ?? null;
  return (
    <table className="latency-table figures">
      <caption className="visually-hidden">Speed over the dense model</caption>
      <thead>
        <tr>
          <th scope="col">Over dense</th>
          <th scope="col">Predicted</th>
          <th scope="col">Measured{tokens === null ? '' : `, ${format.tokens(tokens)} tokens read`}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, predicted, measured }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{format.times(predicted)}</td>
            <td>{format.times(measured)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const keptWords = ({ kind, heads, kvHeads, channels }: LatencyRow): string =>
  kind === 'mlp' ? `${format.count(channels)} channels` : `${format.count(heads)} query, ${format.count(kvHeads)} KV heads`;

function Times({ table }: { readonly table: LatencyTable }) {
  return (
    <table className="latency-table figures">
      <caption className="visually-hidden">Time of a module by what is kept of it</caption>
      <thead>
        <tr>
          <th scope="col">Module</th>
          <th scope="col">Kept</th>
          <th scope="col">Timed</th>
          <th scope="col">Counted</th>
        </tr>
      </thead>
      <tbody>
        {latencyRows(table).map((row) => (
          <tr key={`${row.kind} ${row.heads} ${row.kvHeads} ${row.channels}`}>
            <th scope="row">{kindName(row.kind)}</th>
            <td>{keptWords(row)}</td>
            <td>{format.latency(row.measured)}</td>
            <td>{format.latency(row.cost)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
