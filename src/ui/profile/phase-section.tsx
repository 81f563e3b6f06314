import { useRef } from 'react';
import * as format from '../format/format.ts';
import { Term } from '../glossary/term.tsx';
import { ChartTools } from '../parts/chart-tools.tsx';
import { Panel } from '../parts/panel.tsx';
import { phaseNames } from '../run-bar/phase-names.ts';
import { Bar } from './bar.tsx';
import { phasesCsv, totalOf, type PhaseRow } from './phase-rows.ts';

interface Props {
  readonly rows: readonly PhaseRow[];
  /** FLOP/s. */
  readonly peak: number | null;
}

const title = 'Time by phase';
const timeHeads = ['Time', 'Share'];
const heads = [...timeHeads, 'Outside', 'FLOP', 'FLOP/s', 'Of peak', 'Forward', 'Trained'];

/** The phases one after the other on the axis of the run's time, and how fast each computed. */
export function PhaseSection({ rows, peak }: Props) {
  const drawing = useRef<HTMLDivElement>(null);
  const counted = rows.some(({ flop }) => flop !== null);
  return (
    <Panel title={title} aside={<ChartTools name="profile-phases" title={title} csv={() => phasesCsv(rows)} drawing={drawing} />}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls has to be reachable by keyboard */}
      <div className="profile-scroll" role="region" aria-label="Table of phases" tabIndex={0} ref={drawing}>
        <table className="profile-table figures">
          <thead>
            <tr>
              <th scope="col">Phase</th>
              <td aria-hidden className="profile-bar-column" />
              {(counted ? heads : timeHeads).map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <PhaseLine key={row.phase} row={row} counted={counted} />
            ))}
          </tbody>
          <Total rows={rows} peak={peak} counted={counted} />
        </table>
      </div>
      <p className="note tertiary">
        Pauses do not count.
        {counted && (
          <>
            {' '}
            Outside: of the phase’s time, outside <Term of="session">sessions</Term> and kernels; the database is cut by workers, beside which nothing is counted. <Term of="flops">FLOP</Term> are counted from
            what was computed, not measured; the <Term of="peak">peak</Term> is that of a matrix product. Forward and trained are tokens a second of the phase’s whole time.
          </>
        )}
      </p>
    </Panel>
  );
}

/** `counted`: more than times is known. */
function PhaseLine({ row, counted }: { readonly row: PhaseRow; readonly counted: boolean }) {
  return (
    <tr>
      <th scope="row">{phaseNames[row.phase]}</th>
      <td aria-hidden>
        <Bar from={row.begins} length={row.share} />
      </td>
      <td className="strong">{format.spent(row.seconds)}</td>
      <td>{format.percent(row.share)}</td>
      {counted && (
        <>
          <td>{format.percent(row.outside)}</td>
          <td>{row.flop === 0 ? '0' : format.compute(row.flop)}</td>
          <td>{format.computeRate(row.flops)}</td>
          <td>{format.percent(row.ofPeak)}</td>
          <td>{format.tokensPerSecond(row.forwardRate)}</td>
          <td>{format.tokensPerSecond(row.trainedRate)}</td>
        </>
      )}
    </tr>
  );
}

function Total({ rows, peak, counted }: Props & { readonly counted: boolean }) {
  const { seconds, outside, flop, flops, ofPeak } = totalOf(rows, peak);
  return (
    <tfoot>
      <tr>
        <th scope="row">All phases</th>
        <td aria-hidden />
        <td className="strong">{format.spent(seconds)}</td>
        <td>{format.percent(1)}</td>
        {counted && (
          <>
            <td>{format.percent(outside)}</td>
            <td>{format.compute(flop)}</td>
            <td>{format.computeRate(flops)}</td>
            <td>{format.percent(ofPeak)}</td>
            <td>{format.missing}</td>
            <td>{format.missing}</td>
          </>
        )}
      </tr>
    </tfoot>
  );
}
