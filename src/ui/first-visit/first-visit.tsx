import { Play, SlidersHorizontal } from 'lucide-react';
import { modelName } from '../../sources/model-ref.ts';
import { bundledTexts } from '../../store/bundled-model.ts';
import { fileBytes, knownModel, useModels } from '../../store/model-store.ts';
import { useEngine } from '../../store/run-store.ts';
import { useSettings } from '../../store/settings-store.ts';
import { about, bytes, computeRate, count, parameters, percent } from '../format/format.ts';
import { Button } from '../parts/button.tsx';
import { StartProblem } from '../settings/start-problem.tsx';
import { useCost } from '../settings/use-cost.ts';
import { startDraft, useWhyNotStart } from '../settings/use-start.ts';
import { useCommands } from '../shell/engine-context.ts';
import { openSheet } from '../shell/open-sheet.ts';
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
        <OtherModel />
        <DeviceLine />
      </div>
      <FourSteps />
    </div>
  );
}

function StartRow({ onSettings }: { readonly onSettings: () => void }) {
  const commands = useCommands();
  const model = useSettings((settings) => settings.draft.model);
  const why = useWhyNotStart();
  return (
    <div className="first-start">
      <div className="first-model">
        <ModelWords model={model} />
        <StartProblem why={why} />
      </div>
      <div className="first-buttons">
        <Button className="first-settings" onClick={onSettings}>
          <SlidersHorizontal size={14} aria-hidden />
          Settings
        </Button>
        <Button look="primary" className="first-button" disabled={why !== null} onClick={() => startDraft(commands)}>
          <Play size={14} fill="currentColor" aria-hidden />
          Start
        </Button>
      </div>
    </div>
  );
}

const bundledTextBytes = bundledTexts.reduce((sum, text) => sum + text.bytes, 0);

/** What the run would begin with, how much comes over the wire, and how long it takes. */
function ModelWords({ model }: { readonly model: string }) {
  const inspection = useModels((models) => knownModel(models, model));
  const { seconds } = useCost();
  if (!inspection) return <h3>{modelName(model)}</h3>;
  const { spec, parameters: size, here } = inspection;
  const bundled = !model.includes(':');
  const place = bundled ? `${bytes(fileBytes(inspection) + bundledTextBytes)} with its texts, included` : here ? `${bytes(fileBytes(inspection))}, on this device` : `${bytes(fileBytes(inspection))} to download`;
  return (
    <>
      <h3>
        {modelName(model)}{' '}
        <span className="tertiary first-plain">
          {count(spec.layers.length)} layers, {parameters(size.total)} parameters
        </span>
      </h3>
      <p className="small secondary">
        {place} · {seconds === null ? 'time not measured yet' : about(seconds)}
      </p>
    </>
  );
}

function OtherModel() {
  return (
    <div className="first-start first-other">
      <p className="small secondary">Or another: SmolLM2, Qwen and others of Hugging Face, a folder of this computer, an address.</p>
      <Button aria-haspopup="dialog" onClick={() => openSheet('models')}>
        Choose a model…
      </Button>
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
