import { useRun } from '../../store/use-run.ts';
import { bytes, count } from '../format/format.ts';
import { Facts } from '../parts/facts.tsx';
import { InfoPopover } from '../parts/info-popover.tsx';

/** What the engine's tensors hold now, of the most that they held: browsers tell no one how much there is. */
export function MemoryMeter() {
  const memory = useRun((run) => run.memory);
  const share = memory.peakBytes > 0 ? memory.bytes / memory.peakBytes : 0;
  const trigger = (
    <button type="button" className="chip small" aria-label={`Memory: ${bytes(memory.bytes)} in tensors, at most ${bytes(memory.peakBytes)}`}>
      <span className="meter" aria-hidden>
        <span style={{ width: `${share * 100}%` }} />
      </span>
      <span className="chip-detail meter-text tertiary figures">
        <span className="strong meter-now">{bytes(memory.bytes)}</span>
        {memory.peakBytes > 0 && <span className="meter-peak"> of {bytes(memory.peakBytes)} peak</span>}
      </span>
    </button>
  );
  return (
    <InfoPopover trigger={trigger} title="Memory">
      <p>Counted are the tensors that the engine holds, on the GPU or in WebAssembly. The bar shows the share of the peak so far.</p>
      <Facts
        facts={[
          ['Live tensors', count(memory.tensors)],
          ['Bytes in them', bytes(memory.bytes)],
          ['Peak of this run', bytes(memory.peakBytes)],
        ]}
      />
    </InfoPopover>
  );
}
