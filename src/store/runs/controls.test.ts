import { describe, expect, it } from 'vitest';
import type { RunConfig } from '../../run/run-config.ts';
import { controlConfig, controlled, controlsOf, settingsAtEnd } from './controls.ts';
import { recordOf, storedRun, wholeRun } from './runs.fixture.ts';

const withSearch = (changes: Partial<RunConfig['search']>) => (config: RunConfig) => ({ ...config, search: { ...config.search, ...changes } });
const run = controlled(storedRun('a'));

describe('controlConfig', () => {
  it('differs from the run in one thing, and keeps its seed', () => {
    expect(controlConfig(run, 'uniform')).toEqual({ ...run.config, search: { ...run.config.search, strategy: 'uniform' } });
    expect(controlConfig(run, 'random')).toEqual({ ...run.config, search: { ...run.config.search, strategy: 'random' } });
    const untrained = controlConfig(run, 'untrained');
    expect(untrained?.search.stages).toEqual([
      { survivors: 2, fitnessTokens: 64, trainingTokens: 0 },
      { survivors: 1, fitnessTokens: 128, trainingTokens: 0 },
    ]);
    expect({ ...untrained, search: null }).toEqual({ ...run.config, search: null });
  });

  it('is null where the run is that control', () => {
    expect(controlConfig(controlled(storedRun('b', withSearch({ strategy: 'random' }))), 'random')).toBeNull();
    expect(controlConfig(controlled(storedRun('b', withSearch({ strategy: 'uniform' }))), 'untrained')).toBeNull();
    const untrained = storedRun('c', withSearch({ stages: [{ survivors: 1, fitnessTokens: 64, trainingTokens: 0 }] }));
    expect(controlConfig(controlled(untrained), 'untrained')).toBeNull();
  });

  it('has the budget that the run had: its settings in the end, and the generations that it came to', () => {
    const changed = controlled(recordOf(wholeRun));
    expect(settingsAtEnd(changed).search).toMatchObject({ maxFlips: 1, generations: 2 });
    expect(settingsAtEnd({ ...changed, generations: 1 }).search.generations).toBe(1);
    expect(settingsAtEnd({ ...changed, generations: 0 }).search.generations).toBe(2);
  });
});

describe('controlsOf', () => {
  it('finds the newest finished run of each kind, whatever order its settings are written in', () => {
    const turned = (config: RunConfig): RunConfig => Object.fromEntries(Object.entries({ ...config, search: { ...config.search, strategy: 'random' } }).toReversed()) as unknown as RunConfig;
    const [newer, older, uniform] = [storedRun('newer', turned), storedRun('older', withSearch({ strategy: 'random' })), storedRun('u', withSearch({ strategy: 'uniform', offspring: 9, generations: 77 }))];
    expect(controlsOf(run, [newer, older, uniform])).toEqual({ random: newer, uniform });
  });

  it('takes none with another seed, one that is not finished, or one that was changed on the way', () => {
    const random = storedRun('r', withSearch({ strategy: 'random' }));
    const other = storedRun('s', (config) => ({ ...withSearch({ strategy: 'random' })(config), seed: config.seed + 1 }));
    const changes = [{ generation: 2, before: { maxFlips: 3 }, after: { maxFlips: 1 } }];
    expect(controlsOf(run, [other, { ...random, state: 'stopped' }, { ...random, changes }, { ...random, adopted: 1 }])).toEqual({});
    expect(controlsOf(run, [random])).toEqual({ random });
  });
});
