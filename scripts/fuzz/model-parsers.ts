import type { Random } from '../../src/base/random.ts';
import { asManifested, MANIFEST } from '../../src/model/export-manifest.ts';
import { readExportMetadata } from '../../src/model/export-metadata.ts';
import { expectedTensors } from '../../src/model/expected-tensors.ts';
import { inspectModel, inspectSpec } from '../../src/model/inspect-model.ts';
import { openModel } from '../../src/model/load-model.ts';
import { configSeeds, folderSeed, llamaSeed, prunedLayers } from '../../src/model/fuzz-seeds.fixture.ts';
import { parseConfigJson, readConfig } from '../../src/model/read-config.ts';
import { moduleIds, moduleParameters } from '../../src/model/spec.ts';
import { parseAddress } from '../../src/sources/model-ref.ts';
import { guardedFile, guardedSource, mutateBytes, mutatedJsonBytes, pick } from '../../src/sources/fuzz.fixture.ts';
import { besideOnnx, headerEnd, headerSeed, lastShard, onnxSeed, readEverything, shardIndex, shardNames, weightSeed } from '../../src/sources/fuzz-seeds.fixture.ts';
import { onnxLayout } from '../../src/sources/onnx-files.fixture.ts';
import { openOnnx, openOnnxWeights } from '../../src/sources/onnx-weights.ts';
import { openSafetensors } from '../../src/sources/safetensors.ts';
import { openSharded } from '../../src/sources/sharded.ts';
import type { TensorFile } from '../../src/sources/tensor-file.ts';
import { bytesOf, must, textOf } from './fuzz-parser.ts';
import type { FuzzInput, FuzzParser } from './fuzz-parser.ts';
import { someBytes, someJson } from './mutate-text.ts';

/** Models: weights, their indices, configurations, and whole folders. */

const sourceOf = (input: FuzzInput) => guardedSource(new Map(Object.entries(input).map(([name, content]) => [name, bytesOf(content)])));

const readWhole = async (file: TensorFile): Promise<'read'> => readEverything(file).then(() => 'read');

/** Faults in the bytes, or in the JSON of the header with a length that is right or lies. */
function brokenWeights(random: Random): Uint8Array {
  if (random.below(3) === 0) return someBytes(random, weightSeed);
  const text = mutatedJsonBytes(random, headerSeed);
  const length = random.below(8) === 0 ? pick(random, [0n, 1n, 2n ** 31n, 2n ** 53n + 1n, 2n ** 64n - 1n, BigInt(text.length) + 1n]) : BigInt(text.length);
  return Uint8Array.from([...new Uint8Array(new BigUint64Array([length]).buffer), ...text, ...weightSeed.subarray(headerEnd)]);
}

const safetensors: FuzzParser = {
  name: 'safetensors',
  share: 10,
  make: (random) => ({ 'model.safetensors': brokenWeights(random) }),
  parse: async (input) => readWhole(await openSafetensors(guardedFile(bytesOf(input['model.safetensors'])), 'model.safetensors')),
};

const sharded: FuzzParser = {
  name: 'shards',
  share: 6,
  make: (random) => {
    const files: Record<string, string | Uint8Array> = { [shardNames[0]]: weightSeed, [shardNames[1]]: lastShard, 'index.json': someJson(random, shardIndex) };
    if (random.below(4) === 0) files[pick(random, shardNames)] = brokenWeights(random);
    return files;
  },
  parse: async (input) => readWhole(await openSharded(sourceOf(input), 'index.json')),
};

const onnx: FuzzParser = {
  name: 'onnx',
  share: 8,
  make: (random) => {
    const files: Record<string, Uint8Array> = { ...besideOnnx(), 'model.onnx': onnxSeed };
    const name = random.below(4) > 0 ? 'model.onnx' : pick(random, ['data', 'more'] as const);
    files[name] = someBytes(random, files[name] ?? new Uint8Array());
    return files;
  },
  parse: async (input) => readWhole(await openOnnxWeights(await openOnnx(sourceOf(input), 'model.onnx'), onnxLayout())),
};

const config: FuzzParser = {
  name: 'config',
  share: 8,
  make: (random) => ({ 'config.json': someJson(random, pick(random, configSeeds)) }),
  parse: async (input) => {
    const text = textOf(input['config.json']);
    const spec = readConfig(text);
    const { parameters } = inspectSpec(spec, [], { name: 'fuzz', licence: null, card: null, revision: null }, false);
    const modules = moduleIds(spec).map((id) => moduleParameters(spec, id));
    must([parameters.total, ...modules].every((size) => Number.isSafeInteger(size)), 'a size is no number');
    expectedTensors(spec);
    JSON.stringify(parseConfigJson(text));
    return 'read';
  },
};

const metadata: FuzzParser = {
  name: 'export-metadata',
  share: 3,
  make: (random) => ({
    generator: random.below(20) === 0 ? 'another' : 'DarwinLM Web',
    base_model: 'hub:owner/name@main',
    model_card: pick(random, ['https://huggingface.co/owner/name', 'javascript:alert(1)', 'x'.repeat(5000), '']),
    licence: pick(random, ['mit', '<b>', 'x'.repeat(5000)]),
    config: someJson(random, { ...llamaSeed, pruned_layers: prunedLayers }),
    pruned_layers: JSON.stringify(prunedLayers),
  }),
  parse: async (input) => {
    const { about, baseModel } = readExportMetadata(new Map(Object.entries(input).map(([key, value]) => [key, textOf(value)])), 'model.onnx');
    must(about.card === null || parseAddress(about.card) !== null, 'a link is none');
    must((about.licence?.length ?? 0) + baseModel.length < 5000, 'a text is too long');
    return 'read';
  },
};

const manifestOf = { version: 1, generator: 'DarwinLM Web', files: Object.entries(folderSeed).map(([path, content]) => ({ path, size: bytesOf(content).length })) };
const manifest = JSON.stringify(manifestOf);

const models: FuzzParser = {
  name: 'model-folder',
  share: 6,
  make: (random) => {
    const path = pick(random, ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'README.md', 'model.safetensors', MANIFEST] as const);
    const files: Readonly<Record<string, string | Uint8Array>> = { ...folderSeed, ...(path === MANIFEST || random.below(4) === 0 ? { [MANIFEST]: manifest } : {}) };
    const bytes = bytesOf(files[path]);
    return { ...files, [path]: path.endsWith('.json') ? mutatedJsonBytes(random, new TextDecoder().decode(bytes)) : mutateBytes(random, bytes) };
  },
  parse: async (input) => {
    const source = sourceOf(input);
    await inspectModel(source);
    const model = await openModel(source);
    for (const name of expectedTensors(model.spec).keys()) await model.weights.read(name);
    return 'read';
  },
};

const manifests: FuzzParser = {
  name: 'manifest',
  share: 2,
  make: (random) => ({ ...folderSeed, [MANIFEST]: someJson(random, manifestOf) }),
  parse: async (input) => {
    const source = await asManifested(sourceOf(input));
    for (const path of Object.keys(folderSeed)) await source.open(path);
    return 'read';
  },
};

export const modelParsers: readonly FuzzParser[] = [safetensors, sharded, onnx, config, metadata, models, manifests];
