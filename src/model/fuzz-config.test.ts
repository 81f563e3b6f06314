import { expect, test } from 'vitest';
import { fuzz, guardedSource, mutateBytes, mutateJson, mutatedJsonBytes, pick } from '../sources/fuzz.fixture.ts';
import { readModelCard } from '../sources/model-card.ts';
import { expectedTensors } from './expected-tensors.ts';
import { readExportMetadata } from './export-metadata.ts';
import { configSeeds, folderSeed, llamaSeed, prunedLayers } from './fuzz-seeds.fixture.ts';
import { inspectModel, inspectSpec } from './inspect-model.ts';
import { openModel } from './load-model.ts';
import { parseConfigJson, readConfig, specOfConfig } from './read-config.ts';
import { moduleIds, moduleParameters } from './spec.ts';

/** Cases of each kind; with those of `sources/fuzz.test.ts` 10,000. */
const cases = { config: 1200, model: 600, metadata: 200 };

const configs = configSeeds.map((config) => JSON.stringify(config));
const anyConfig = [configs[0] ?? '', ...configs.slice(1)] as const;

const about = { name: 'fuzz', licence: null, card: null, revision: null };

test('config.json', async () => {
  const ends = await fuzz('config', cases.config, async (random) => {
    const text = mutateJson(random, pick(random, anyConfig));
    const { spec, parameters } = inspectSpec(readConfig(text), [], about, false);
    // What is believed is believed whole: every size is a number, and every tensor can be named.
    const modules = moduleIds(spec).map((id) => moduleParameters(spec, id));
    if (![parameters.total, ...modules].every((size) => Number.isFinite(size))) throw new Error('a size is no number');
    expectedTensors(spec);
    JSON.stringify(parseConfigJson(text));
  });
  expect(ends.valid).toBeGreaterThan(100);
  expect(ends.refused).toBeGreaterThan(300);
});

test('the config that an exported file holds', async () => {
  const config = JSON.stringify({ ...llamaSeed, pruned_layers: prunedLayers });
  const ends = await fuzz('metadata', cases.metadata, async (random) => {
    const metadata = { generator: 'DarwinLM Web', base_model: 'x', config: mutateJson(random, config), pruned_layers: JSON.stringify(prunedLayers) };
    return readExportMetadata(new Map(Object.entries(metadata)), 'model.onnx');
  });
  expect(ends.valid).toBeGreaterThan(10);
  expect(ends.refused).toBeGreaterThan(50);
});

test('whole folders with one broken file', async () => {
  const encoder = new TextEncoder();
  const good = new Map(Object.entries(folderSeed).map(([path, content]) => [path, typeof content === 'string' ? encoder.encode(content) : content]));
  const listed = [...good].map(([path, { length }]) => ({ path, size: length, sha256: '0'.repeat(64) }));
  good.set('manifest.json', encoder.encode(JSON.stringify({ version: 1, generator: 'DarwinLM Web', files: listed })));
  const ends = await fuzz('model', cases.model, async (random) => {
    const path = pick(random, ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'README.md', 'model.safetensors', 'manifest.json']);
    const bytes = good.get(path) ?? new Uint8Array();
    const broken = path.endsWith('.json') ? mutatedJsonBytes(random, new TextDecoder().decode(bytes)) : mutateBytes(random, bytes);
    const files = new Map([...good, [path, broken]]);
    if (path !== 'manifest.json' && random.below(4) > 0) files.delete('manifest.json'); // which would refuse most
    const source = guardedSource(files);
    await inspectModel(source);
    const model = await openModel(source);
    for (const name of expectedTensors(model.spec).keys()) await model.weights.read(name);
  });
  expect(ends.valid).toBeGreaterThan(50);
  expect(ends.refused).toBeGreaterThan(100);
});

test('good files pass, so that it is the faults that are refused', async () => {
  for (const config of configs) expect(specOfConfig(parseConfigJson(config)).layers).toHaveLength(2);
  expect(readModelCard('---\nlicense: mit\n---\n').licence).toBe('mit');
});
