import { expect, test } from 'vitest';
import type { Random } from '../base/random.ts';
import { Graph } from '../onnx/graph.ts';
import { matMul } from '../onnx/ops.ts';
import { serialize } from '../onnx/serialize.ts';
import { fuzz, guardedFile, guardedSource, mutateBytes, mutateJson, mutatedJsonBytes, pick } from './fuzz.fixture.ts';
import { readModelCard } from './model-card.ts';
import { besideOnnx, headerEnd, headerSeed, lastShard, onnxSeed, readEverything, shardIndex, shardNames, tokenizedSample, tokenizerSeeds, tokenizerSettings, weightSeed } from './fuzz-seeds.fixture.ts';
import { onnxLayout } from './onnx-files.fixture.ts';
import { openOnnx, openOnnxWeights } from './onnx-weights.ts';
import { openSafetensors } from './safetensors.ts';
import { openSharded } from './sharded.ts';
import { createTokenizer } from './tokenizer.ts';

/** Cases of each kind; with those of `model/fuzz-config.test.ts` 10,000. */
const cases = { safetensors: 3000, index: 1500, onnx: 1500, tokenizer: 2000 };

const decoder = new TextDecoder();

/** The file with faults in its bytes, or in the JSON of its header and with a length that is right. */
function brokenWeights(random: Random): Uint8Array {
  if (random.below(3) === 0) return mutateBytes(random, weightSeed);
  const text = mutatedJsonBytes(random, headerSeed);
  return Uint8Array.from([...new Uint8Array(new BigUint64Array([BigInt(text.length)]).buffer), ...text, ...weightSeed.subarray(headerEnd)]);
}

test('safetensors', async () => {
  const ends = await fuzz('safetensors', cases.safetensors, async (random) => readEverything(await openSafetensors(guardedFile(brokenWeights(random)), 'model.safetensors')));
  expect(ends.valid + ends.refused).toBe(cases.safetensors);
  // Both ends are reached often, so that it is not the first check that catches all.
  expect(ends.valid).toBeGreaterThan(50);
  expect(ends.refused).toBeGreaterThan(1000);
});

test('an index and its parts', async () => {
  const index = JSON.stringify(shardIndex);
  const ends = await fuzz('index', cases.index, async (random) => {
    const files = new Map<string, Uint8Array>([[shardNames[0], weightSeed], [shardNames[1], lastShard], ['index.json', mutatedJsonBytes(random, index)]]);
    if (random.below(4) === 0) files.set(pick(random, shardNames), brokenWeights(random));
    await readEverything(await openSharded(guardedSource(files), 'index.json'));
  });
  expect(ends.valid).toBeGreaterThan(10);
  expect(ends.refused).toBeGreaterThan(500);
});

/** A file with weights of float32, written by another library. */
function plainOnnx(): Uint8Array {
  const graph = new Graph('fuzzed', 17);
  const weight = graph.initializer('model.w_proj', 'float32', [3, 2], Float32Array.of(1, 2, 3, 4, 5, 6));
  graph.initializer('model.norm', 'float32', [4], new Float32Array(4));
  graph.output('y', matMul(graph, graph.input('x', 'float32', ['n', 3]), weight));
  return serialize(graph, { irVersion: 8, metadata: { generator: 'x', config: '{}' } });
}

test('ONNX', async () => {
  const files = [plainOnnx(), onnxSeed] as const;
  const data = new Map<string, Uint8Array>(Object.entries(besideOnnx()));
  const ends = await fuzz('onnx', cases.onnx, async (random) => {
    const source = guardedSource(new Map([...data, ['model.onnx', mutateBytes(random, pick(random, files))]]));
    const onnx = await openOnnx(source, 'model.onnx');
    await readEverything(await openOnnxWeights(onnx, onnxLayout()));
  });
  expect(ends.valid).toBeGreaterThan(50);
  expect(ends.refused).toBeGreaterThan(500);
});

test('files beside an ONNX file', async () => {
  const ends = await fuzz('onnx-data', 200, async (random) => {
    const data = new Map<string, Uint8Array>(Object.entries(besideOnnx()));
    const path = pick(random, ['data', 'more']);
    if (random.below(8) === 0) data.delete(path);
    else data.set(path, Uint8Array.from(mutateBytes(random, data.get(path) ?? new Uint8Array())));
    const onnx = await openOnnx(guardedSource(new Map([...data, ['model.onnx', onnxSeed]])), 'model.onnx');
    await readEverything(await openOnnxWeights(onnx, onnxLayout()));
  });
  expect(ends.valid).toBeGreaterThan(20);
  expect(ends.refused).toBeGreaterThan(50);
});

const tokenizers = tokenizerSeeds.map((file) => JSON.stringify(file));

test('tokenizers', async () => {
  const settings = JSON.stringify(tokenizerSettings);
  const ends = await fuzz('tokenizer', cases.tokenizer, async (random) => {
    const file = tokenizers[random.below(2)] ?? '';
    const which = random.below(4);
    const tokenizer = createTokenizer(which === 0 ? file : mutateJson(random, file), which < 2 ? mutateJson(random, settings) : settings, 8);
    tokenizer.decode(tokenizer.encode(tokenizedSample));
  });
  expect(ends.valid).toBeGreaterThan(50);
  expect(ends.refused).toBeGreaterThan(500);
});

test('model cards, which are never refused', async () => {
  const card = '---\nlicense: apache-2.0 # so it is\nbase_model:\n- owner/name\nlicense_link: "https://host/a"\n---\n# Text\n';
  const ends = await fuzz('card', 300, async (random) => readModelCard(decoder.decode(mutateBytes(random, new TextEncoder().encode(card)))));
  expect(ends).toEqual({ valid: 300, refused: 0 });
});
