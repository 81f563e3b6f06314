import { create } from 'zustand';
import { parseRunConfig } from '../run/parse-config.ts';
import { presets, type PresetName } from '../run/presets.ts';
import type { RunConfig } from '../run/run-config.ts';
import { defaultSampling, type SamplingSettings } from './address-sampling.ts';
import { noEdits, record, redo, undo, type Edits } from './edits.ts';
import { withChanges, type SearchChanges } from './search-in-force.ts';

/** What an edit changes and an undo brings back. */
type Drafted = Pick<Settings, 'draft' | 'preset' | 'own'>;

/** The settings of the next run, as the page edits them. */
export interface Settings {
  readonly draft: RunConfig;
  /** The preset that was chosen last; the draft may differ from it. */
  readonly preset: PresetName;
  /** What models are tried with. */
  readonly prompt: string;
  readonly sampling: SamplingSettings;
  /** A preset of the reader's own that was chosen last, by its name; null after one of the page's. */
  readonly own: string | null;
  /** Earlier drafts, to go back to. */
  readonly edits: Edits<Drafted>;
  /** While a run is under way: whether the rail shows the draft and not the run's settings. */
  readonly drafting: boolean;
  /** Parameters of the address that were ignored. */
  readonly ignored: readonly string[];
}

export const defaultPreset: PresetName = 'quick-look';
/** Characters. */
export const longestPrompt = 2000;
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
  sampling: defaultSampling,
  own: null,
  edits: noEdits,
  drafting: false,
  ignored: [],
}));

export const useSettings = <T>(selector: (settings: Settings) => T): T => settingsStore(selector);

/** Changes what is drafted, so that it can be undone. */
function edit(change: (before: Settings) => Partial<Drafted>): void {
  settingsStore.setState((before) => {
    const { draft, preset, own } = before;
    const after = change(before);
    const same = (after.draft ?? draft) === draft && (after.preset ?? preset) === preset && (after.own === undefined || after.own === own);
    return same ? before : { ...after, edits: record(before.edits, { draft, preset, own }, Date.now()) };
  });
}

export const choosePreset = (preset: PresetName): void => edit(({ draft }) => ({ preset, own: null, draft: withPreset(draft, preset) }));

export const editDraft = (change: (draft: RunConfig) => RunConfig): void => edit(({ draft }) => ({ draft: change(draft) }));

/** Takes over settings under a name of the reader's. */
export const chooseOwn = (own: string, draft: RunConfig): void => edit(() => ({ own, draft }));

function travel(to: typeof undo): boolean {
  const { draft, preset, own, edits } = settingsStore.getState();
  const step = to(edits, { draft, preset, own });
  if (step) settingsStore.setState({ ...step.state, edits: step.edits });
  return step !== null;
}

/** Takes the last edit of the draft back. Returns whether there was one. */
export const undoDraft = (): boolean => travel(undo);
export const redoDraft = (): boolean => travel(redo);

/** Shows the draft in place of the settings of the run that is under way, or those again. */
export const setDrafting = (drafting: boolean): void => settingsStore.setState({ drafting });

export const editSearch = (changes: SearchChanges): void =>
  editDraft((draft) => ({ ...draft, search: withChanges(draft.search, changes) }));

export const setPrompt = (prompt: string): void => settingsStore.setState({ prompt });
export const editSampling = (changes: Partial<SamplingSettings>): void =>
  settingsStore.setState(({ sampling }) => ({ sampling: { ...sampling, ...changes } }));
export const dismissIgnored = (): void => settingsStore.setState({ ignored: [] });
