import { useMemo } from 'react';
import type { RunState } from '../../store/run-state.ts';
import { useRun } from '../../store/use-run.ts';
import * as format from '../format/format.ts';
import { Term } from '../glossary/term.tsx';
import { Facts } from '../parts/facts.tsx';
import { Panel } from '../parts/panel.tsx';
import { forecastOf, forecastWords } from './forecast.ts';
import { paceOf, typicalTraffic, type Traffic } from './pace.ts';

/** How long it will take, how sure that is, and what was foretold. */
export function ForecastPanel() {
  const run = useRun((state) => state);
  const forecast = forecastOf(run);
  const { over, left, total } = forecast;
  const words = forecastWords(forecast);
  return (
    <Panel title={over ? 'Time taken' : 'Time left'}>
      <p className="profile-figure figures">{over ? format.duration(total) : format.about(left)}</p>
      {!over && total !== null && <Facts facts={[['Whole run, as foretold', format.duration(total)]]} />}
      {words.length > 0 && <p className="note secondary profile-words">{words.join(' ')}</p>}
    </Panel>
  );
}

const rows: readonly (readonly [name: string, of: keyof Traffic, written: (value: number | undefined) => string])[] = [
  ['Uploads', 'uploads', format.count],
  ['Bytes up', 'uploadedBytes', format.bytes],
  ['Readbacks', 'readbacks', format.count],
  ['Bytes down', 'readBytes', format.bytes],
];

/** Between host and device: of the whole run, and of a generation. */
export function TrafficPanel({ profile: { base, course, now } }: { readonly profile: NonNullable<RunState['profile']> }) {
  const typical = useMemo(() => typicalTraffic(paceOf(base, course, null)), [base, course]);
  return (
    <Panel title="Moved">
      <table className="profile-table profile-traffic figures">
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">What</span>
            </th>
            <th scope="col">Run</th>
            <th scope="col">A generation</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, of, written]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{written(now.traffic[of])}</td>
              <td>{written(typical?.[of])}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="note tertiary">
        Up is from host to device. A <Term of="readback">readback</Term> makes the host wait. Of a generation: medians.
      </p>
    </Panel>
  );
}

/** Tensors of the program's own; what onnxruntime keeps beside them is not told by it. A run that never told of its memory has nothing here. */
export function MemoryPanel() {
  const { tensors, bytes, peakBytes } = useRun((run) => (run.memory.peakBytes > 0 ? run.memory : (run.profile?.now.memory ?? run.memory)));
  if (peakBytes === 0) return null;
  return (
    <Panel title="Memory" note="tensors">
      <Facts
        facts={[
          ['Alive', `${format.bytes(bytes)} in ${format.count(tensors)}`],
          ['Most at once', format.bytes(peakBytes)],
        ]}
      />
    </Panel>
  );
}

export function DevicePanel({ peak }: { readonly peak: number | null }) {
  const device = useRun((run) => run.device);
  return (
    <Panel title="Device">
      <Facts
        facts={[
          ['Runs on', device?.label ?? format.missing],
          ['Peak, float32', format.computeRate(peak)],
        ]}
      />
      <p className="note tertiary profile-words">
        {peak === null ? (
          'The peak was not measured.'
        ) : (
          <>
            The <Term of="peak">peak</Term> is what one large matrix product reached here, through the same library.
          </>
        )}
      </p>
    </Panel>
  );
}
