import { useMemo } from 'react';
import { estimateCost } from '../../run/cost.ts';
import type { PresetName } from '../../run/presets.ts';
import { bundledModel } from '../../store/bundled-model.ts';
import { useEngine, useRun } from '../../store/run-store.ts';
import { choosePreset, differsFromPreset, presetConfig, useSettings } from '../../store/settings-store.ts';
import { about, compute, computeRate, tokens } from '../format/format.ts';
import { Facts } from '../parts/facts.tsx';
import { Segmented } from '../parts/segmented.tsx';
import { useSearchSettings } from './use-search-settings.ts';

const names: readonly { readonly value: PresetName; readonly label: string }[] = [
  { value: 'quick-look', label: 'Quick look' },
  { value: 'standard', label: 'Standard' },
  { value: 'paper', label: 'Paper' },
];
/** Longer than this, a tab had better be warned of. */
const longSeconds = 4 * 3600;

/** Presets, and what the run will cost, before anything starts. */
export function PresetSection() {
  const { shown, mode, edit } = useSearchSettings();
  const draft = useSettings((settings) => settings.draft);
  const preset = useSettings((settings) => settings.preset);
  const custom = differsFromPreset(mode === 'draft' ? draft : { ...draft, search: shown }, preset);
  const choose = (name: PresetName) => {
    if (mode === 'draft') choosePreset(name);
    else edit(livePart(name));
  };
  return (
    <section className="rail-section" aria-labelledby="settings-title">
      <div className="rail-head">
        <h2 id="settings-title">Settings</h2>
        {custom && <span className="note tertiary">custom, from {names.find(({ value }) => value === preset)?.label}</span>}
      </div>
      <Segmented wide label="Preset" value={custom ? null : preset} options={names} onChange={choose} disabled={mode === 'closed'} />
      <Cost />
    </section>
  );
}

/** What of a preset may change while the search runs. */
function livePart(name: PresetName) {
  const { generations, offspring, maxFlips, learningRate, stages } = presetConfig(name).search;
  return { generations, offspring, maxFlips, learningRate, stages };
}

/** What a run with these settings costs on this device. */
export function useCost() {
  const { shown } = useSearchSettings();
  const draft = useSettings((settings) => settings.draft);
  const asked = useRun((run) => run.config);
  const active = useEngine((engine) => engine.status !== 'idle' && engine.status !== 'finished' && engine.status !== 'failed');
  const measured = useRun((run) => run.estimate.flops);
  const probed = useEngine((engine) => engine.probe?.flopsPerSecond ?? null);
  const config = active && asked ? asked : draft;
  const cost = useMemo(() => estimateCost({ ...config, search: shown }, bundledModel.spec), [config, shown]);
  const rate = active ? (measured ?? probed) : probed;
  return { cost, rate, seconds: rate === null ? null : cost.totalFlop / rate };
}

function Cost() {
  const { cost, rate, seconds } = useCost();
  return (
    <div className="rail-cost">
      <Facts
        facts={[
          ['Trained tokens', tokens(cost.trainedTokens)],
          ['Measured tokens', tokens(cost.forwardTokens)],
          ['Compute', compute(cost.totalFlop)],
          ['Time on this device', <strong key="time">{seconds === null ? 'not measured yet' : about(seconds)}</strong>],
        ]}
      />
      {rate !== null && <p className="note tertiary">From {computeRate(rate)} measured on this device.</p>}
      {seconds !== null && seconds > longSeconds && (
        <p className="note tertiary">Longer than a tab usually lives. A run is lost when its tab closes.</p>
      )}
    </div>
  );
}

