import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRunConfig } from '../run/parse-config.ts';
import { presets, type PresetName } from '../run/presets.ts';
import type { RunConfig } from '../run/run-config.ts';
import { readSettings, settingNames, writeSettings } from './address-settings.ts';
import { withParameters } from './address.ts';
import { defaultPreset, presetConfig } from './settings-store.ts';

const stages = fc
  .uniqueArray(fc.integer({ min: 2, max: 64 }), { maxLength: 4 })
  .chain((survivors) =>
    fc.tuple(
      ...[...survivors.toSorted((a, b) => b - a), 1].map((keep) =>
        fc.record({ survivors: fc.constant(keep), fitnessTokens: fc.integer({ min: 2, max: 1 << 24 }), trainingTokens: fc.integer({ min: 0, max: 1 << 28 }) }),
      ),
    ),
  );

const targets: fc.Arbitrary<RunConfig['target']> = fc.oneof(
  fc.record({ sparsity: fc.integer({ min: 1, max: 99 }).map((percent) => percent / 100) }),
  fc.record({ parameters: fc.oneof(fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.integer({ min: 1000, max: 1e9 }).map((thousands) => thousands * 1000)) }),
  fc.record({ speedup: fc.double({ min: 1.01, max: 100, noNaN: true }), measure: fc.constantFrom('decode' as const, 'prefill' as const) }),
);

const presetNames = fc.constantFrom<PresetName>('quick-look', 'standard', 'paper');

const models = fc.constantFrom('tales-6m', 'hub:owner/name@main', 'hub:owner/na.me-1@refs/pr/3', 'url:https://host/a%20b/');
const texts = fc.constantFrom('tales', 'tales-heldout', 'url:https://host/file.txt?download=true', 'url:https://host/file.jsonl#a%20%26%20b');

/** Any configuration whose model and texts another page can know. */
const configs = fc
  .record({
    model: models,
    texts: fc.record({ training: texts, heldOut: texts }),
    databasePrecision: fc.constantFrom('float32', 'float16'),
    databaseOn: fc.constantFrom('cpu', 'gpu'),
    trainEmbeddings: fc.boolean(),
    batchTokens: fc.integer({ min: 16, max: 1 << 16 }),
    backend: fc.constantFrom('auto', 'webgpu', 'wasm'),
    seed: fc.integer({ min: 0, max: 0xffff_ffff }),
    target: targets,
    levels: fc.integer({ min: 2, max: 64 }),
    granularity: fc.constantFrom('kv-group', 'query-head'),
    calibrationTokens: fc.integer({ min: 16, max: 1 << 24 }),
    search: fc.record({
      strategy: fc.constantFrom('evolution', 'random', 'uniform'),
      generations: fc.integer({ min: 1, max: 100_000 }),
      offspring: fc.integer({ min: 1, max: 64 }),
      mutation: fc.constantFrom('any', 'same-type'),
      maxFlips: fc.integer({ min: 1, max: 16 }),
      attentionShare: fc.option(fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100)),
      stages,
      learningRate: fc.double({ min: 1e-8, max: 1, noNaN: true }),
      fitness: fc.constantFrom('kl', 'perplexity'),
      earlyStop: fc.option(fc.record({ confidence: fc.double({ min: 0.5, max: 0.9999, noNaN: true }) })),
    }),
    postTraining: fc.record({ tokens: fc.integer({ min: 0, max: 1 << 30 }), learningRate: fc.double({ min: 1e-8, max: 1, noNaN: true }) }),
    evaluation: fc.record({ tokens: fc.integer({ min: 2, max: 1 << 24 }) }),
  })
  .map((settings): RunConfig => parseRunConfig({ version: 1, ...settings }));

const addressOf = (config: RunConfig, preset: PresetName): string => withParameters('', writeSettings(config, preset));

describe('settings in the address', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(configs, presetNames, (config, preset) => {
        expect(readSettings(new URLSearchParams(addressOf(config, preset)))).toEqual({ config, preset, ignored: [] });
      }),
    );
  });

  it('leave the address empty where nothing differs from the defaults', () => {
    expect(addressOf(presetConfig(defaultPreset), defaultPreset)).toBe('');
    for (const name of ['standard', 'paper'] as const) expect(addressOf(presetConfig(name), name)).toBe(`?preset=${name}`);
  });

  it('read a stage table as keep, train, test', () => {
    const { config, ignored } = readSettings(new URLSearchParams('stages=8:512:1024,1:0:4096'));
    expect(ignored).toEqual([]);
    expect(config.search.stages).toEqual([
      { survivors: 8, trainingTokens: 512, fitnessTokens: 1024 },
      { survivors: 1, trainingTokens: 0, fitnessTokens: 4096 },
    ]);
  });

  it.each([
    ['0.35', { sparsity: 0.35 }],
    ['84.7M', { parameters: 84_700_000 }],
    ['5000000', { parameters: 5_000_000 }],
    ['x1.5:prefill', { speedup: 1.5, measure: 'prefill' }],
  ])('read %s as a target', (text, target) => {
    const { config, ignored } = readSettings(new URLSearchParams({ target: text }));
    expect({ target: config.target, ignored }).toEqual({ target, ignored: [] });
  });

  it.each(['0', '1.5', 'x0.9:decode', 'x2', 'x2:both', 'x:decode', '5m', 'M', '-5', '0.5M5', '1e30', '0.0001'])('refuse %s as a target', (text) => {
    expect(readSettings(new URLSearchParams({ target: text })).ignored).toEqual([`target=${text}`]);
  });

  it('do not name what only this page knows', () => {
    const config = { ...presetConfig(defaultPreset), model: 'local:folder', texts: { training: 'local:a.jsonl#text', heldOut: 'tales' } };
    expect(addressOf(config, defaultPreset)).toBe('?test=tales');
    const read = readSettings(new URLSearchParams('model=local:folder&train=local:a.txt&test=nothing'));
    expect(read).toEqual({ config: presetConfig(defaultPreset), preset: defaultPreset, ignored: ['model=local:folder', 'train=local:a.txt', 'test=nothing'] });
  });

  it('refuse a model or text that no ref can be', () => {
    const { config, ignored } = readSettings(new URLSearchParams('model=hub:../..@main&train=url:javascript:alert(1)&test=url:https://a:b@host/x&embeddings=maybe'));
    expect(config).toEqual(presetConfig(defaultPreset));
    expect(ignored).toHaveLength(4);
  });

  it('are left out one by one where they are wrong, and named', () => {
    const { config, ignored } = readSettings(
      new URLSearchParams('preset=huge&target=1.5&k=&seed=7&stages=2:0:512,2:0:512&lambda=x&lr=1e-4e&flips=2.5&mlp=120&cut=none&stages=1'),
    );
    expect(ignored).toEqual(['preset=huge', 'target=1.5', 'cut=none', 'k=', 'lambda=x', 'flips=2.5', 'mlp=120', 'lr=1e-4e', 'stages=2:0:512,2:0:512']);
    expect(config).toEqual({ ...presetConfig(defaultPreset), seed: 7 });
  });

  it('never throw, whatever an address holds', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...settingNames), fc.string()), (parameters) => {
        const { config } = readSettings(new URLSearchParams(parameters));
        expect(parseRunConfig(config)).toEqual(config);
      }),
    );
  });
});

it('every preset is a valid configuration', () => {
  for (const name of Object.keys(presets) as PresetName[]) expect(parseRunConfig(presetConfig(name))).toEqual(presetConfig(name));
});
