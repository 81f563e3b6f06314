import type { DeviceSummary } from '../../run/run-events.ts';
import { useEngine, type Probe } from '../../store/run-store.ts';
import { computeRate } from '../format/format.ts';
import { Button } from '../parts/button.tsx';
import { useCopied } from '../parts/copy-button.tsx';
import { Facts, type Fact } from '../parts/facts.tsx';
import { InfoPopover } from '../parts/info-popover.tsx';
import { StateMark } from '../parts/state-mark.tsx';

/** "WebAssembly, 2 threads" without its first word, which the chip's name already says. */
const detailOf = (device: DeviceSummary): string => device.label.split(', ').slice(1).join(' · ');

/** Which device computes, and why that one. */
export function DeviceChip() {
  const probe = useEngine((engine) => engine.probe);
  const running = useEngine((engine) => engine.run.device);
  const failed = useEngine((engine) => engine.probeFailure !== null);
  const device = running ?? probe?.device ?? null;
  if (!device) return <span className="chip small tertiary">{failed ? 'No device' : 'Looking for a device…'}</span>;
  const gpu = device.backend === 'webgpu';
  const trigger = (
    <button type="button" className="chip small">
      <StateMark state={gpu ? 'ok' : 'warn'} />
      <span className="strong">{gpu ? 'WebGPU' : 'CPU (WebAssembly)'}</span>
      <span className="chip-detail tertiary">{detailOf(device)}</span>
    </button>
  );
  return (
    <InfoPopover trigger={trigger} title={device.label}>
      <p>{device.reason}</p>
      <DeviceReport device={device} probe={probe} />
    </InfoPopover>
  );
}

function DeviceReport({ device, probe }: { readonly device: DeviceSummary; readonly probe: Probe | null }) {
  const [said, copy] = useCopied();
  const facts: Fact[] = [
    ['Measured speed', computeRate(probe?.flopsPerSecond)],
    ['Threads', String(device.threads)],
    ...Object.entries(probe?.details ?? {}).map(([name, value]): Fact => [name, typeof value === 'number' ? value.toLocaleString() : String(value)]),
  ];
  const report = { ...device, flopsPerSecond: probe?.flopsPerSecond ?? null, ...probe?.details, userAgent: navigator.userAgent };
  return (
    <>
      <Facts facts={facts} />
      <Button onClick={() => copy(JSON.stringify(report, null, 2))}>{said ?? 'Copy report'}</Button>
    </>
  );
}
