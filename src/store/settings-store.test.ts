import { beforeEach, describe, expect, it } from 'vitest';
import { noEdits } from './edits.ts';
import { chooseOwn, choosePreset, defaultPreset, differsFromPreset, editDraft, editSearch, presetConfig, redoDraft, settingsStore, undoDraft } from './settings-store.ts';

const draft = () => settingsStore.getState().draft;

describe('settings', () => {
  beforeEach(() => settingsStore.setState({ draft: presetConfig(defaultPreset), preset: defaultPreset, own: null, edits: noEdits }));

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

  it('go back and forward through edits, the preset with them', () => {
    const first = draft();
    choosePreset('standard');
    const { edits } = settingsStore.getState();
    settingsStore.setState({ edits: { ...edits, at: 0 } }); // as if long ago
    chooseOwn('mine', { ...draft(), seed: 7 });
    expect(settingsStore.getState()).toMatchObject({ own: 'mine', preset: 'standard', draft: { seed: 7 } });
    expect(undoDraft()).toBe(true);
    expect(settingsStore.getState()).toMatchObject({ own: null, preset: 'standard', draft: presetConfig('standard') });
    expect(undoDraft()).toBe(true);
    expect(settingsStore.getState()).toMatchObject({ preset: defaultPreset, draft: first });
    expect(undoDraft()).toBe(false);
    expect([redoDraft(), redoDraft(), redoDraft()]).toEqual([true, true, false]);
    expect(draft().seed).toBe(7);
  });

  it('that stay as they are are no edit', () => {
    editDraft((before) => before);
    expect(undoDraft()).toBe(false);
  });
});
