import { create } from 'zustand';
import { parseRunConfig } from '../run/parse-config.ts';
import { presets, type PresetName } from '../run/presets.ts';
import type { RunConfig } from '../run/run-config.ts';
import { withChanges, type SearchChanges } from './search-in-force.ts';

/** The settings of the next run, as the page edits them. */
export interface Settings {
  readonly draft: RunConfig;
  /** The preset that was chosen last; the draft may differ from it. */
  readonly preset: PresetName;
  readonly prompt: string;
  /** Parameters of the address that were ignored. */
  readonly ignored: readonly string[];
}

export const defaultPreset: PresetName = 'quick-look';
export const defaultPrompt = 'Once upon a time there was a fox who lived at the edge of the forest.';

/** The configuration with a preset's values in; what the preset does not name stays. */
export function withPreset(config: RunConfig, name: PresetName): RunConfig {
  const preset = presets[name];
  return parseRunConfig({ ...config, ...preset, search: { ...config.search, ...preset.search } });
}

export const presetConfig = (name: PresetName): RunConfig => withPreset(parseRunConfig({ version: 1 }), name);

/** True where a value that the preset names was edited. */
export function differsFromPreset(config: RunConfig, name: PresetName): boolean {
  const { calibrationTokens, search, postTraining, evaluation } = withPreset(config, name);
  const named = (of: Pick<RunConfig, keyof (typeof presets)[PresetName]>) =>
    JSON.stringify([of.calibrationTokens, of.search, of.postTraining, of.evaluation]);
  return named(config) !== named({ calibrationTokens, search, postTraining, evaluation });
}

export const settingsStore = create<Settings>(() => ({
  draft: presetConfig(defaultPreset),
  preset: defaultPreset,
  prompt: defaultPrompt,
  ignored: [],
}));

export const useSettings = <T>(selector: (settings: Settings) => T): T => settingsStore(selector);

export const choosePreset = (preset: PresetName): void =>
  settingsStore.setState(({ draft }) => ({ preset, draft: withPreset(draft, preset) }));

export const editDraft = (edit: (draft: RunConfig) => RunConfig): void =>
  settingsStore.setState(({ draft }) => ({ draft: edit(draft) }));

export const editSearch = (changes: SearchChanges): void =>
  editDraft((draft) => ({ ...draft, search: withChanges(draft.search, changes) }));

export const setPrompt = (prompt: string): void => settingsStore.setState({ prompt });
export const dismissIgnored = (): void => settingsStore.setState({ ignored: [] });
