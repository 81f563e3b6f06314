import * as v from 'valibot';
import { create } from 'zustand';
import { parseRunConfig } from '../run/parse-config.ts';
import { runConfigSchema, type RunConfig } from '../run/run-config.ts';
import { jsonDepth } from '../sources/bounded-json.ts';
import { storeLimits } from './limits.ts';

/** What a preset of the reader's own holds: all of a run's settings but what it works on, where, and by which dice. */
const settingKeys = ['target', 'levels', 'granularity', 'calibrationTokens', 'databasePrecision', 'trainEmbeddings', 'batchTokens', 'search', 'postTraining', 'evaluation'] as const;
const settingsSchema = v.pick(runConfigSchema, settingKeys);

/** Letters of a name, and presets that are kept. */
export const longestName = 40;
export const mostPresets = 24;

const nameSchema = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(longestName));
const presetSchema = v.strictObject({ name: nameSchema, settings: settingsSchema });
export type OwnPreset = v.InferOutput<typeof presetSchema>;

interface OwnPresets {
  /** In the order in which they were saved. */
  readonly presets: readonly OwnPreset[];
  /** Entries of the storage that this version cannot read, as they are: they are kept behind the presets. */
  readonly unread: readonly unknown[];
  /** The one that was deleted last, with its place, until it is brought back or another is deleted. */
  readonly deleted: { readonly preset: OwnPreset; readonly place: number } | null;
  /** Whether they outlast the page: some browsers forbid it. */
  readonly kept: boolean;
}

const storageKey = 'own-presets';

/** The entries of the storage; a text that is no list of them is one entry, which cannot be read. */
function entriesOf(text: string): readonly unknown[] {
  if (jsonDepth(text) > storeLimits.presetDepth) return [text];
  try {
    const stored: unknown = JSON.parse(text);
    return Array.isArray(stored) ? stored : [stored];
  } catch {
    return [text];
  }
}

/** Presets as the storage has them: each is checked by itself, and what is none is left out and kept as it is. Never throws. */
export function readPresets(text: string | null): Pick<OwnPresets, 'presets' | 'unread'> {
  const presets: OwnPreset[] = [];
  const unread: unknown[] = [];
  for (const entry of text === null ? [] : entriesOf(text)) {
    const outcome = presets.length < mostPresets ? v.safeParse(presetSchema, entry) : null;
    if (outcome?.success && !presets.some(({ name }) => name === outcome.output.name)) presets.push(outcome.output);
    else unread.push(entry);
  }
  return { presets, unread };
}

function fromStorage(): OwnPresets {
  try {
    return { ...readPresets(localStorage.getItem(storageKey)), deleted: null, kept: true };
  } catch {
    return { presets: [], unread: [], deleted: null, kept: false };
  }
}

export const ownPresetsStore = create<OwnPresets>(fromStorage);
export const useOwnPresets = <T>(selector: (presets: OwnPresets) => T): T => ownPresetsStore(selector);

// What another tab saves is not to be overwritten by what this one knew before.
if (typeof window !== 'undefined') {
  window.addEventListener('storage', ({ key, newValue }) => {
    if (key === storageKey) ownPresetsStore.setState(readPresets(newValue));
  });
}

function put(presets: readonly OwnPreset[], deleted: OwnPresets['deleted'] = null): void {
  let kept = true;
  try {
    localStorage.setItem(storageKey, JSON.stringify([...presets, ...ownPresetsStore.getState().unread]));
  } catch {
    kept = false;
  }
  ownPresetsStore.setState({ presets, deleted, kept });
}

const held = (): readonly OwnPreset[] => ownPresetsStore.getState().presets;

/** Why a name cannot be given, in a sentence; null where it can. `renaming`: the preset that has it may keep it. */
export function whyNotNamed(name: string, presets: readonly OwnPreset[], renaming: string | null = null): string | null {
  const trimmed = name.trim();
  if (trimmed === '') return 'Give it a name.';
  if (trimmed.length > longestName) return `At most ${longestName} letters.`;
  if (trimmed !== renaming && presets.some((preset) => preset.name === trimmed)) return 'That name is taken.';
  return renaming === null && presets.length >= mostPresets ? `${mostPresets} presets are kept at most: delete one first.` : null;
}

const settingsOf = (config: RunConfig): OwnPreset['settings'] => v.parse(settingsSchema, Object.fromEntries(settingKeys.map((key) => [key, config[key]])));

/** Keeps a configuration's settings under a name that {@link whyNotNamed} allows. */
export const savePreset = (name: string, config: RunConfig): void => put([...held(), { name: name.trim(), settings: settingsOf(config) }]);

export const renamePreset = (from: string, to: string): void => put(held().map((preset) => (preset.name === from ? { ...preset, name: to.trim() } : preset)));

/** Deletes a preset; it can be brought back until another is deleted. */
export function deletePreset(name: string): void {
  const place = held().findIndex((preset) => preset.name === name);
  const preset = held()[place];
  if (preset) put(held().filter((other) => other !== preset), { preset, place });
}

/** Brings back what was deleted last, where it was. */
export function restorePreset(): void {
  const { deleted } = ownPresetsStore.getState();
  if (deleted) put(held().toSpliced(deleted.place, 0, deleted.preset));
}

/** A configuration with the settings of a preset in; model, texts, device and seed stay. */
export const withOwnPreset = (config: RunConfig, { settings }: OwnPreset): RunConfig => parseRunConfig({ ...config, ...settings });

/** True where a setting that the preset holds was edited. */
export const differsFromOwn = (config: RunConfig, { settings }: OwnPreset): boolean => JSON.stringify(settingsOf(config)) !== JSON.stringify(settings);
