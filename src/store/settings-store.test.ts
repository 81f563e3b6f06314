import { beforeEach, describe, expect, it } from 'vitest';
import { choosePreset, defaultPreset, differsFromPreset, editDraft, editSearch, presetConfig, settingsStore } from './settings-store.ts';

const draft = () => settingsStore.getState().draft;

describe('settings', () => {
  beforeEach(() => settingsStore.setState({ draft: presetConfig(defaultPreset), preset: defaultPreset }));

  it('keep what a preset does not name', () => {
    editDraft((before) => ({ ...before, seed: 9, target: { sparsity: 0.25 } }));
    editSearch({ strategy: 'random' });
    choosePreset('standard');
    expect(draft()).toEqual({
      ...presetConfig('standard'),
      seed: 9,
      target: { sparsity: 0.25 },
      search: { ...presetConfig('standard').search, strategy: 'random' },
    });
  });

  it('are custom once a value of the preset was edited', () => {
    editDraft((before) => ({ ...before, seed: 9 }));
    expect(differsFromPreset(draft(), defaultPreset)).toBe(false);
    editSearch({ maxFlips: 5 });
    expect(differsFromPreset(draft(), defaultPreset)).toBe(true);
    choosePreset(defaultPreset);
    expect(differsFromPreset(draft(), defaultPreset)).toBe(false);
  });
});
