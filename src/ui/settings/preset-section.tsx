import type { PresetName } from '../../run/presets.ts';
import { choosePreset, differsFromPreset, presetConfig, useSettings } from '../../store/settings-store.ts';
import { about, compute, computeRate, tokens } from '../format/format.ts';
import { Facts } from '../parts/facts.tsx';
import { Segmented } from '../parts/segmented.tsx';
import { MemoryLine } from './memory-line.tsx';
import { useCost } from './use-cost.ts';
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
    <section className="rail-section" aria-label="Preset and cost">
      <div className="rail-head">
        <h3>Preset</h3>
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

function Cost() {
  const { cost, rate, seconds } = useCost();
  return (
    <div className="rail-cost">
      <Facts
        facts={[
          ['Trained tokens', tokens(cost?.trainedTokens)],
          ['Measured tokens', tokens(cost?.forwardTokens)],
          ['Compute', compute(cost?.totalFlop)],
          ['Time on this device', <strong key="time">{seconds === null ? 'not measured' : about(seconds)}</strong>],
        ]}
      />
      <MemoryLine />
      {rate !== null && <p className="note tertiary">From {computeRate(rate)} measured on this device.</p>}
      {seconds !== null && seconds > longSeconds && (
        <p className="note tertiary">Longer than a tab usually lives. A run is lost when its tab closes.</p>
      )}
    </div>
  );
}
