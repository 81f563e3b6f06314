import { describe, expect, it } from 'vitest';
import { storedRun } from './runs.fixture.ts';
import { readStoredRun } from './stored-run-schema.ts';

const run = storedRun('a');

describe('readStoredRun', () => {
  it('gives a stored run back as it is, also one whose quality was not a number', () => {
    expect(readStoredRun(run)).toEqual(run);
    const broken = { ...run, quality: { winner: { perplexity: Number.NaN, kl: Number.NaN, agreement: 0 } } };
    expect(readStoredRun(structuredClone(broken))).toEqual(broken);
  });

  it.each<[string, unknown]>([
    ['nothing', null],
    ['another version', { ...run, version: 2 }],
    ['no settings', { ...run, config: undefined }],
    ['no curve', { ...run, curve: undefined }],
    ['columns of unlike length', { ...run, curve: { ...run.curve, at: [] } }],
    ['modules without levels', { ...run, modules: [{ layer: 0, kind: 'mlp', structures: 4, kept: [] }] }],
    ['a state that is none', { ...run, state: 'lost' }],
  ])('reads %s as none', (_what, stored) => expect(readStoredRun(stored)).toBeNull());
});
