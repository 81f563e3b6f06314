import type { Speed } from '../../run/run-result.ts';
import type { FoundCandidate } from '../../store/find-candidate.ts';
import { useEngine } from '../../store/run-store.ts';
import { useIsLive, useRun } from '../../store/use-run.ts';
import { count, missing, percent, times, tokensPerSecond } from '../format/format.ts';
import { Button } from '../parts/button.tsx';
import { Panel } from '../parts/panel.tsx';
import { useCommands } from '../shell/engine-context.ts';

/** How fast a candidate is on this device beside the dense model, measured when it is asked for. */
export function SpeedSection({ candidate }: { readonly candidate: FoundCandidate }) {
  const { id, genome } = candidate;
  const commands = useCommands();
  const live = useIsLive();
  const dense = useEngine((engine) => engine.speeds['dense']);
  // A recording may have a candidate of the same id.
  const own = useEngine((engine) => (live ? engine.speeds[id] : undefined));
  const busy = useEngine((engine) => engine.measuringSpeed);
  const failed = useEngine((engine) => engine.status === 'failed');
  const failure = useEngine((engine) => engine.speedFailure);
  const searching = useRun((run) => run.search !== null);
  const ready = live && searching && !failed;
  return (
    <Panel title="Speed here" aside={own && <span className="note tertiary">medians of {count(own.runs)} runs</span>}>
      <Estimate candidate={candidate} />
      {own && <SpeedTable {...{ id, own, dense }} />}
      {ready ? (
        <Button disabled={busy} onClick={() => commands.measureSpeed([{ which: 'dense' }, { which: 'candidate', id, genome }])}>
          {busy ? 'Measuring…' : own ? 'Measure again, about 20 s' : 'Measure, about 20 s'}
        </Button>
      ) : (
        <p className="small tertiary">{live ? 'Speeds can be measured while the models of a run are here.' : 'Its models are not in this tab, so no speed can be measured here.'}</p>
      )}
      {failure && live && (
        <p className="note sample-failure" role="alert">
          {failure.what} {failure.remedy}
        </p>
      )}
    </Panel>
  );
}

/** What the levels that were timed before the search add up to; nothing where the target is no speed. */
function Estimate({ candidate: { cost } }: { readonly candidate: FoundCandidate }) {
  const known = useRun((run) => run.latency);
  if (!known || cost === undefined) return null;
  const { table, dense } = known;
  const whole = table.fixed + cost;
  return (
    <p className="small secondary">
      Estimated from its levels: {table.measure === 'decode' ? 'writes' : 'reads'} {tokensPerSecond(((table.measure === 'decode' ? 1 : table.tokens) * 1e9) / whole)}, {times(dense / whole)} the dense model.
    </p>
  );
}

function SpeedTable({ id, own, dense }: { readonly id: string; readonly own: Speed; readonly dense: Speed | undefined }) {
  const rows = [
    { name: 'Reading', dense: dense?.prefillTokensPerSecond, own: own.prefillTokensPerSecond },
    { name: 'Writing', dense: dense?.decodeTokensPerSecond, own: own.decodeTokensPerSecond },
  ];
  return (
    <table className="candidate-table figures">
      <thead>
        <tr>
          <th scope="col">Speed</th>
          <th scope="col">Dense</th>
          <th scope="col">{id}</th>
          <th scope="col">Of dense</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.name}>
            <th scope="row">{row.name}</th>
            <td>{tokensPerSecond(row.dense)}</td>
            <td className="strong">{tokensPerSecond(row.own)}</td>
            <td>{row.dense ? percent(row.own / row.dense, 0) : missing}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
