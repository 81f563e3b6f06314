import { Play, SlidersHorizontal } from 'lucide-react';
import { totalParameters } from '../../model/spec.ts';
import { bundledModel } from '../../store/bundled-model.ts';
import { useEngine } from '../../store/run-store.ts';
import { settingsStore, useSettings } from '../../store/settings-store.ts';
import { about, bytes, computeRate, parameters, percent } from '../format/format.ts';
import { Button } from '../parts/button.tsx';
import { useCost } from '../settings/use-cost.ts';
import { useCommands } from '../shell/engine-context.ts';
import './first-visit.css';
import { FourSteps } from './four-steps.tsx';

/** What the page does, and the one button that starts it. */
export function FirstVisit({ onSettings }: { readonly onSettings: () => void }) {
  const target = useSettings((settings) => settings.draft.target.sparsity);
  return (
    <div className="first-visit">
      <div className="first-lead">
        <h2>Prune a small language model in this tab</h2>
        <p>
          DarwinLM looks for the best way to remove {percent(target, 0)} of the parameters in a model’s layers, by evolution: each generation changes a few modules and
          keeps what stays closest to the full model. You watch every step, and take the smaller model home as one ONNX file.
        </p>
        <StartRow onSettings={onSettings} />
        <DeviceLine />
      </div>
      <FourSteps />
    </div>
  );
}

function StartRow({ onSettings }: { readonly onSettings: () => void }) {
  const commands = useCommands();
  const { seconds } = useCost();
  return (
    <div className="first-start">
      <div>
        <h3>
          {bundledModel.id} <span className="tertiary first-plain">{bundledModel.spec.layers.length} layers, {parameters(totalParameters(bundledModel.spec))} parameters</span>
        </h3>
        <p className="small secondary">
          {bytes(bundledModel.bytes)} with its texts, included · {seconds === null ? 'time not measured yet' : about(seconds)}
        </p>
      </div>
      <div className="first-buttons">
        <Button className="first-settings" onClick={onSettings}>
          <SlidersHorizontal size={14} aria-hidden />
          Settings
        </Button>
        <Button look="primary" className="first-button" onClick={() => commands.start(settingsStore.getState().draft)}>
          <Play size={14} fill="currentColor" aria-hidden />
          Start
        </Button>
      </div>
    </div>
  );
}

function DeviceLine() {
  const probe = useEngine((engine) => engine.probe);
  const failed = useEngine((engine) => engine.probeFailure !== null);
  return (
    <p className="note tertiary">
      {probe ? `This device: ${probe.device.label}, ${computeRate(probe.flopsPerSecond)} measured. ` : failed ? '' : 'Looking at this device. '}
      Weights and text stay on this machine. Nothing is uploaded.
    </p>
  );
}
