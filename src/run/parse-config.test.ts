import { describe, expect, it } from 'vitest';
import { InvalidConfigError, parseRunConfig, parseSearchChanges } from './parse-config.ts';
import { presets } from './presets.ts';

describe('parseRunConfig', () => {
  it('fills every default', () => {
    const config = parseRunConfig({ version: 1 });
    expect(config).toEqual({
      version: 1,
      model: 'tales-6m',
      texts: { training: 'tales', heldOut: 'tales-heldout' },
      backend: 'auto',
      seed: 1,
      target: { sparsity: 0.5 },
      levels: 10,
      granularity: 'kv-group',
      calibrationTokens: 16384,
      databasePrecision: 'float32',
      databaseOn: 'cpu',
      trainEmbeddings: true,
      batchTokens: 2048,
      search: {
        strategy: 'evolution',
        generations: 40,
        offspring: 16,
        mutation: 'any',
        maxFlips: 3,
        attentionShare: null,
        stages: [
          { survivors: 4, fitnessTokens: 512, trainingTokens: 0 },
          { survivors: 1, fitnessTokens: 2048, trainingTokens: 0 },
        ],
        learningRate: 0.0001,
        fitness: 'kl',
        earlyStop: null,
      },
      postTraining: { tokens: 0, learningRate: 0.0003 },
      evaluation: { tokens: 16384 },
      exports: ['onnx-fp32'],
    });
  });

  it('is idempotent', () => {
    const config = parseRunConfig({ version: 1, seed: 7 });
    expect(parseRunConfig(structuredClone(config))).toEqual(config);
  });

  it.each(Object.entries(presets))('accepts the preset %s', (_, preset) => {
    expect(parseRunConfig({ version: 1, ...preset }).search.stages.length).toBeGreaterThan(0);
  });

  it.each([
    [{ version: 1, sead: 3 }, 'unknown key "sead"'],
    [{ version: 1, search: { maxFlip: 3 } }, 'unknown key "search.maxFlip"'],
    [{ version: 2 }, 'version'],
    [{}, 'version'],
    [{ version: 1, target: { sparsity: 1.5 } }, 'target.sparsity'],
    [{ version: 1, seed: 0.5 }, 'seed'],
    [{ version: 1, search: { stages: [{ survivors: 2, fitnessTokens: 8, trainingTokens: 0 }] } }, 'last stage'],
    [
      {
        version: 1,
        search: {
          stages: [
            { survivors: 1, fitnessTokens: 8, trainingTokens: 0 },
            { survivors: 1, fitnessTokens: 8, trainingTokens: 0 },
          ],
        },
      },
      'fall strictly',
    ],
  ])('refuses %j and says why', (input, named) => {
    expect(() => parseRunConfig(input)).toThrow(InvalidConfigError);
    expect(() => parseRunConfig(input)).toThrow(named);
  });
});

describe('parseSearchChanges', () => {
  it('keeps only what was given', () => {
    expect(parseSearchChanges({ maxFlips: 4 })).toEqual({ maxFlips: 4 });
  });

  it('refuses what cannot change', () => {
    expect(() => parseSearchChanges({ seed: 4 })).toThrow('unknown key "seed"');
  });
});
