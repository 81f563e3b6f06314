import { describe, expect, it } from 'vitest';
import { SearchSettingsError } from './errors.ts';
import type { SearchChanges, SearchSettings } from './settings.ts';
import { applyChanges, checkSettings } from './settings.ts';

const settings: SearchSettings = {
  generations: 10,
  offspring: 16,
  maxFlips: 3,
  mutation: 'any',
  attentionShare: null,
  learningRate: 1e-4,
  stages: [
    { survivors: 4, fitnessTokens: 512, trainingTokens: 0 },
    { survivors: 1, fitnessTokens: 2048, trainingTokens: 256 },
  ],
};
const stage = { survivors: 1, fitnessTokens: 512, trainingTokens: 0 };

describe('checkSettings', () => {
  it('accepts what is valid', () => {
    expect(() => checkSettings(settings)).not.toThrow();
  });

  it.each<[string, SearchChanges]>([
    ['generations', { generations: 1.5 }],
    ['offspring', { offspring: 0 }],
    ['offspring', { offspring: 100 }],
    ['maxFlips', { maxFlips: Number.NaN }],
    ['attentionShare', { attentionShare: 1.1 }],
    ['attentionShare', { attentionShare: Number.NaN }],
    ['learningRate', { learningRate: 0 }],
    ['stages', { stages: [] }],
    ['stages', { stages: [{ ...stage, survivors: 2 }] }],
    ['stages[1].survivors', { stages: [stage, stage] }],
    ['stages[0].fitnessTokens', { stages: [{ ...stage, fitnessTokens: 1 }] }],
    ['stages[0].trainingTokens', { stages: [{ ...stage, trainingTokens: -1 }] }],
  ])('refuses %s: %j', (name, changes) => {
    expect(() => applyChanges(settings, changes)).toThrow(SearchSettingsError);
    expect(() => applyChanges(settings, changes)).toThrow(`"${name}"`);
  });
});

describe('applyChanges', () => {
  it('lists what differs, and only that', () => {
    const applied = applyChanges(settings, { maxFlips: 5, offspring: 16, attentionShare: 0.25 });
    expect(applied?.before).toEqual({ maxFlips: 3, attentionShare: null });
    expect(applied?.after).toEqual({ maxFlips: 5, attentionShare: 0.25 });
    expect(applied?.settings).toEqual({ ...settings, maxFlips: 5, attentionShare: 0.25 });
  });

  it('takes null for an attention share and undefined for no change', () => {
    expect(applyChanges({ ...settings, attentionShare: 0.5 }, { attentionShare: null })?.after).toEqual({ attentionShare: null });
    expect(applyChanges({ ...settings, attentionShare: 0.5 }, { attentionShare: undefined })).toBeNull();
  });

  it('knows equal stages whatever the order of their keys', () => {
    const same = settings.stages.map(({ survivors, fitnessTokens, trainingTokens }) => ({ trainingTokens, fitnessTokens, survivors }));
    expect(applyChanges(settings, { stages: same })).toBeNull();
    expect(applyChanges(settings, { stages: [stage] })?.after).toEqual({ stages: [stage] });
  });
});
