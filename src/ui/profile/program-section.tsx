import { useRef, useState } from 'react';
import { useRun } from '../../store/use-run.ts';
import * as format from '../format/format.ts';
import { Term } from '../glossary/term.tsx';
import { ChartTools } from '../parts/chart-tools.tsx';
import { Panel } from '../parts/panel.tsx';
import { Bar } from './bar.tsx';
import { programsCsv, type ProgramRow, type ProgramRows } from './program-rows.ts';

const title = 'Time by session and kernel';
/** Lines in view; the others take a press. */
const few = 12;

/** What took the time, the most first, and what is left for everything else. */
export function ProgramSection({ programs }: { readonly programs: ProgramRows }) {
  const [all, setAll] = useState(false);
  const drawing = useRef<HTMLDivElement>(null);
  const { rows } = programs;
  const timed = rows.some(({ gpuSeconds }) => gpuSeconds !== null);
  return (
    <Panel title={title} aside={<ChartTools name="profile-sessions" title={title} csv={() => programsCsv(programs)} drawing={drawing} />}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls has to be reachable by keyboard */}
      <div className="profile-scroll" role="region" aria-label="Table of sessions and kernels" tabIndex={0} ref={drawing}>
        <ProgramTable programs={programs} shown={all ? rows.length : few} timed={timed} />
      </div>
      {rows.length > few && (
        <button type="button" className="link-button profile-all" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? `Show the first ${few}` : `Show all ${format.count(rows.length)}`}
        </button>
      )}
      <Note timed={timed} />
    </Panel>
  );
}

interface TableProps {
  readonly programs: ProgramRows;
  readonly shown: number;
  /** Whether the GPU's own time is known of any. */
  readonly timed: boolean;
}

function ProgramTable({ programs: { rows, host, compiling }, shown, timed }: TableProps) {
  const most = Math.max(host.share, ...rows.map(({ share }) => share));
  const width = (share: number): number => (most > 0 ? share / most : 0);
  return (
    <table className="profile-table figures">
      <thead>
        <tr>
          <th scope="col">Session or kernel</th>
          <td aria-hidden className="profile-bar-column" />
          {['Time', 'Share', 'Runs', 'A run', ...(timed ? ['GPU time'] : [])].map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.slice(0, shown).map((row) => (
          <ProgramLine key={row.name} row={row} length={width(row.share)} timed={timed} />
        ))}
      </tbody>
      <tfoot>
        <ProgramLine row={{ name: 'outside all of them', runs: null, each: null, gpuSeconds: null, ...host }} length={width(host.share)} timed={timed} />
        <ProgramLine row={{ name: 'of that, compiling', gpuSeconds: null, ...compiling }} length={width(compiling.share)} timed={timed} />
      </tfoot>
    </table>
  );
}

function Note({ timed }: { readonly timed: boolean }) {
  const webgpu = useRun((run) => run.device?.backend === 'webgpu');
  return (
    <p className="note tertiary">
      Shares are of all phases’ time. A <Term of="session">session</Term>’s time is that of its runs. Levels are cut by workers of their own, which are in no line here.
      {webgpu && (
        <>
          {' '}
          On WebGPU that is recording and handing over the work; waiting for the device counts as <Term of="readback">readback</Term> and as settle, where nothing is fetched.
          {timed ? ' GPU time is measured around some of the runs and stands for all.' : ' This browser does not tell the GPU’s own time.'}
        </>
      )}
    </p>
  );
}

/** Without runs where it is no program. */
type Line = Omit<ProgramRow, 'runs'> & { readonly runs: number | null };

function ProgramLine({ row, length, timed }: { readonly row: Line; readonly length: number; readonly timed: boolean }) {
  return (
    <tr>
      <th scope="row">{row.name}</th>
      <td aria-hidden>
        <Bar length={length} />
      </td>
      <td className="strong">{format.spent(row.seconds)}</td>
      <td>{format.percent(row.share)}</td>
      <td>{format.count(row.runs)}</td>
      <td>{format.spent(row.each)}</td>
      {timed && <td>{format.spent(row.gpuSeconds)}</td>}
    </tr>
  );
}
