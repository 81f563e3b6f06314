import * as format from '../format/format.ts';
import type { Pace } from './pace.ts';

/** The last generations only: thousands of rows would stop the page, and the file has them all. */
const most = 200;

/** The same as the curve: a row a generation, the last first. */
export function PaceTable({ paces }: { readonly paces: readonly Pace[] }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls has to be reachable by keyboard
    <div className="profile-scroll profile-paces" role="region" aria-label="Table of generations" tabIndex={0}>
      <table className="profile-table figures">
        <thead>
          <tr>
            {['Generation', 'Time', 'Forward', 'Trained', 'FLOP/s', 'Of peak', 'Outside', 'Uploaded', 'Readbacks'].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {paces
            .slice(-most)
            .toReversed()
            .map((pace) => (
              <tr key={pace.generation}>
                <th scope="row">{format.count(pace.generation)}</th>
                <td>{format.spent(pace.seconds)}</td>
                <td>{format.tokensPerSecond(pace.forwardRate)}</td>
                <td>{format.tokensPerSecond(pace.trainedRate)}</td>
                <td>{format.computeRate(pace.flops)}</td>
                <td>{format.percent(pace.ofPeak)}</td>
                <td>{format.percent(pace.hostShare)}</td>
                <td>{format.bytes(pace.uploadedBytes)}</td>
                <td>{format.count(pace.readbacks)}</td>
              </tr>
            ))}
        </tbody>
      </table>
      {paces.length > most && <p className="note tertiary">The last {most}; the CSV has all {format.count(paces.length)}.</p>}
    </div>
  );
}
