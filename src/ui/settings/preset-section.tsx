import type { PresetName } from '../../run/presets.ts';
import type { SearchSettingsChanges } from '../../run/run-config.ts';
import { differsFromOwn, useOwnPresets, withOwnPreset, type OwnPreset } from '../../store/own-presets.ts';
import type { SearchSettings } from '../../store/search-in-force.ts';
import { chooseOwn, choosePreset, differsFromPreset, presetConfig, useSettings } from '../../store/settings-store.ts';
import { about, compute, computeRate, tokens } from '../format/format.ts';
import { Facts } from '../parts/facts.tsx';
import { Segmented } from '../parts/segmented.tsx';
import { MemoryLine } from './memory-line.tsx';
import { OwnPresets } from './own-presets.tsx';
import { useCost } from './use-cost.ts';
import { isEditable, useSearchSettings } from './use-search-settings.ts';
import { useShownConfig } from './use-shown-config.ts';

const names: readonly { readonly value: PresetName; readonly label: string }[] = [
  { value: 'quick-look', label: 'Quick look' },
  { value: 'standard', label: 'Standard' },
  { value: 'paper', label: 'Paper' },
];
/** Longer than this, a tab had better be warned of. */
const longSeconds = 4 * 3600;

/** Presets, and what the run will cost, before anything starts. */
export function PresetSection() {
  const { mode, edit } = useSearchSettings();
  const config = useShownConfig();
  const preset = useSettings((settings) => settings.preset);
  const own = useOwnPreset();
  const draft = mode === 'draft';
  const custom = own ? differsFromOwn(config, own) : differsFromPreset(config, preset);
  const from = own?.name ?? names.find(({ value }) => value === preset)?.label;
  const choose = (name: PresetName) => (draft ? choosePreset(name) : edit(livePart(presetConfig(name).search)));
  const disabled = !isEditable(mode);
  return (
    <section className="rail-section" aria-label="Preset and cost">
      <div className="rail-head">
        <h3>Preset</h3>
        {(custom || own) && <span className="note tertiary preset-from">{custom ? `custom, from ${from}` : from}</span>}
      </div>
      <Segmented wide label="Preset" value={custom || own ? null : preset} options={names} onChange={choose} disabled={disabled} />
      <OwnPresets
        {...{ config, disabled }}
        chosen={own?.name ?? null}
        onChoose={(chosen) => (draft ? chooseOwn(chosen.name, withOwnPreset(config, chosen)) : edit(livePart(chosen.settings.search)))}
        onNamed={(name) => draft && chooseOwn(name, config)}
      />
      <Cost />
    </section>
  );
}

/** The preset of the reader's own that was chosen last, if it is still there. */
function useOwnPreset(): OwnPreset | null {
  const name = useSettings((settings) => settings.own);
  return useOwnPresets(({ presets: all }) => all.find((preset) => preset.name === name)) ?? null;
}

/** What of a preset may change while the search runs. */
function livePart({ generations, offspring, mutation, maxFlips, attentionShare, learningRate, stages }: SearchSettings): SearchSettingsChanges {
  return { generations, offspring, mutation, maxFlips, attentionShare, learningRate, stages };
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
        <p className="note tertiary">Longer than a tab usually lives. It is saved as it goes, and can be resumed after the tab was closed.</p>
      )}
    </div>
  );
}
