import type { Target } from '../../run/run-config.ts';
import { useEngine } from '../../store/run-store.ts';
import { useSettings } from '../../store/settings-store.ts';
import { bytes, computeRate, parameters, percent, times } from '../format/format.ts';
import './first-visit.css';
import { FourSteps } from './four-steps.tsx';
import { ModelOffers } from './model-offers.tsx';
import { RecordingPlace, useFirstRecording } from './recording-place.tsx';
import { useStepExample } from './use-step-example.ts';

/** What the draft asks for: "to remove 50 % of the parameters in a model’s layers". */
function purpose(target: Target): string {
  if ('sparsity' in target) return `to remove ${percent(target.sparsity, 0)} of the parameters in a model’s layers`;
  if ('parameters' in target) return `to bring a model down to ${parameters(target.parameters)} parameters`;
  return `to make a model ${times(target.speedup)} as fast on this device`;
}

/** What the page does, the one button that starts it, and a recorded run that shows it. */
export function FirstVisit() {
  const target = useSettings((settings) => settings.draft.target);
  const recording = useFirstRecording();
  const example = useStepExample(recording.state);
  return (
    <div className="first-visit">
      <div className="first-lead">
        <h2 className="page-title">Prune a small language model in this tab</h2>
        <p>
          DarwinLM looks for the best way {purpose(target)} by evolution, training every candidate a little before judging it.
          You watch every step and take the smaller model home. Nothing is uploaded.
        </p>
        <ModelOffers />
        <DeviceLine />
      </div>
      <RecordingPlace {...recording} />
      <FourSteps example={example} />
    </div>
  );
}

function DeviceLine() {
  const probe = useEngine((engine) => engine.probe);
  const failed = useEngine((engine) => engine.probeFailure !== null);
  if (!probe) return <p className="note tertiary">{failed ? '' : 'Looking at this device…'}</p>;
  const { device, flopsPerSecond, limits } = probe;
  const usable = limits.available[limits.backend === 'webgpu' ? 'gpu' : 'memory'];
  return (
    <p className="note tertiary">
      This device: {device.label}, {computeRate(flopsPerSecond)} measured{usable !== null && `, ${bytes(usable)} usable`}. Times are estimates from that speed, at the settings as they are.
    </p>
  );
}
