import { expect, test } from 'vitest';
import type { Random } from '../base/random.ts';
import { Graph } from '../onnx/graph.ts';
import { matMul } from '../onnx/ops.ts';
import { serialize } from '../onnx/serialize.ts';
import { fuzz, guardedFile, guardedSource, mutateBytes, mutateJson, mutatedJsonBytes, pick } from './fuzz.fixture.ts';
import { readModelCard } from './model-card.ts';
import { modelMessage, onnxLayout, tensorMessage } from './onnx-files.fixture.ts';
import { openOnnx, openOnnxWeights } from './onnx-weights.ts';
import { openSafetensors } from './safetensors.ts';
import { openSharded } from './sharded.ts';
import { isWeightDtype } from './tensor-file.ts';
import type { TensorFile } from './tensor-file.ts';
import { createTokenizer } from './tokenizer.ts';
import { writeSafetensors } from './write-safetensors.fixture.ts';

/** Cases of each kind; with those of `model/fuzz-config.test.ts` 10,000. */
const cases = { safetensors: 3000, index: 1500, onnx: 1500, tokenizer: 2000 };

const decoder = new TextDecoder();

/** Whatever was opened must be readable, or say why not. */
async function readEverything(file: TensorFile): Promise<void> {
  for (const { name, dtype, shape } of file.tensors.values()) {
    if (!isWeightDtype(dtype)) continue;
    await file.readWeights(name);
    const [rows] = shape;
    if (rows !== undefined) await file.readRows(name, rows >> 1, rows);
  }
}

const weights = writeSafetensors([
  ['model.a', { shape: [3, 4], dtype: 'F32' }],
  ['model.b', { shape: [5], dtype: 'BF16', bytes: new Uint8Array(10).fill(0x3f) }],
  ['model.c', { shape: [2, 2, 1], dtype: 'F16', bytes: new Uint8Array(8) }],
  ['model.d', { shape: [2], dtype: 'I64', bytes: new Uint8Array(16) }],
]);
const headerLength = new DataView(weights.buffer).getUint32(0, true);
const header = decoder.decode(weights.subarray(8, 8 + headerLength));

/** The file with faults in its bytes, or in the JSON of its header and with a length that is right. */
function brokenWeights(random: Random): Uint8Array {
  if (random.below(3) === 0) return mutateBytes(random, weights);
  const text = mutatedJsonBytes(random, header);
  return Uint8Array.from([...new Uint8Array(new BigUint64Array([BigInt(text.length)]).buffer), ...text, ...weights.subarray(8 + headerLength)]);
}

test('safetensors', async () => {
  const ends = await fuzz('safetensors', cases.safetensors, async (random) => readEverything(await openSafetensors(guardedFile(brokenWeights(random)), 'model.safetensors')));
  expect(ends.valid + ends.refused).toBe(cases.safetensors);
  // Both ends are reached often, so that it is not the first check that catches all.
  expect(ends.valid).toBeGreaterThan(50);
  expect(ends.refused).toBeGreaterThan(1000);
});

test('an index and its parts', async () => {
  const names = ['m-1.safetensors', 'm-2.safetensors'] as const;
  const index = JSON.stringify({
    metadata: { total_size: 82 },
    weight_map: { 'model.a': names[0], 'model.b': names[0], 'model.c': names[0], 'model.d': names[0], 'model.e': names[1] },
  });
  const second = writeSafetensors([['model.e', { shape: [1] }]]);
  const ends = await fuzz('index', cases.index, async (random) => {
    const files = new Map([[names[0], weights], [names[1], second], ['index.json', mutatedJsonBytes(random, index)]]);
    if (random.below(4) === 0) files.set(pick(random, names), brokenWeights(random));
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

/** A file with weights of float16 and of 4 bits, some of them in a file beside it. */
const smallOnnx = modelMessage(
  tensorMessage('model.w_proj', 'float16', [3, 2], Uint16Array.of(0, 1, 2, 3, 4, 5)),
  tensorMessage('model.a_Q4', 'uint8', [2, 1, 16], new Uint8Array(32).fill(0x7f)),
  tensorMessage('model.a_scales', 'float16', [2, 1], Uint16Array.of(1, 2)),
  tensorMessage('model.b_proj', 'float32', [2, 2], { location: 'data', offset: '4', length: '16' }),
  tensorMessage('model.c_Q4', 'uint8', [1, 2, 16], { location: 'data', offset: '20', length: '32' }),
  tensorMessage('model.c_scales', 'float32', [1, 2], { location: 'more', length: '8' }),
);

test('ONNX', async () => {
  const files = [plainOnnx(), smallOnnx] as const;
  const data = new Map([['data', new Uint8Array(64).fill(0x3f)], ['more', new Uint8Array(8).fill(0x3f)]]);
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
    const data = new Map([['data', new Uint8Array(64).fill(0x3f)], ['more', new Uint8Array(8).fill(0x3f)]]);
    const path = pick(random, ['data', 'more']);
    if (random.below(8) === 0) data.delete(path);
    else data.set(path, Uint8Array.from(mutateBytes(random, data.get(path) ?? new Uint8Array())));
    const onnx = await openOnnx(guardedSource(new Map([...data, ['model.onnx', smallOnnx]])), 'model.onnx');
    await readEverything(await openOnnxWeights(onnx, onnxLayout()));
  });
  expect(ends.valid).toBeGreaterThan(20);
  expect(ends.refused).toBeGreaterThan(50);
});

const tokenizers = [
  {
    added_tokens: [{ id: 0, content: '<|endoftext|>', special: true }],
    normalizer: { type: 'NFC' },
    pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'Split', pattern: { Regex: ' ?\\p{L}+| ?\\p{N}+|\\s+' }, behavior: 'Isolated', invert: false }, { type: 'ByteLevel', add_prefix_space: false, use_regex: false }] },
    post_processor: { type: 'ByteLevel' },
    decoder: { type: 'ByteLevel' },
    model: { type: 'BPE', vocab: { '<|endoftext|>': 0, a: 1, b: 2, ab: 3, Ġ: 4, Ġab: 5 }, merges: ['a b', 'Ġ ab'] },
  },
  {
    added_tokens: [{ id: 0, content: '<unk>', special: true }, { id: 1, content: '<s>', special: true }],
    normalizer: { type: 'Sequence', normalizers: [{ type: 'Prepend', prepend: '▁' }, { type: 'Replace', pattern: { String: ' ' }, content: '▁' }] },
    pre_tokenizer: null,
    post_processor: null,
    decoder: { type: 'Sequence', decoders: [{ type: 'Replace', pattern: { String: '▁' }, content: ' ' }, { type: 'ByteFallback' }, { type: 'Fuse' }] },
    model: { type: 'BPE', unk_token: '<unk>', byte_fallback: false, fuse_unk: true, vocab: { '<unk>': 0, '<s>': 1, '▁': 2, a: 3, b: 4, ab: 5 }, merges: [['a', 'b']] },
  },
].map((file) => JSON.stringify(file));

test('tokenizers', async () => {
  const settings = JSON.stringify({ bos_token: { content: '<s>' }, eos_token: '<|endoftext|>', tokenizer_class: 'LlamaTokenizer', added_tokens_decoder: { 0: { content: '<unk>' } } });
  const text = 'ab ab, \ud800 12\n  ab\u0000b 你好 <s><|endoftext|>';
  const ends = await fuzz('tokenizer', cases.tokenizer, async (random) => {
    const file = tokenizers[random.below(2)] ?? '';
    const which = random.below(4);
    const tokenizer = createTokenizer(which === 0 ? file : mutateJson(random, file), which < 2 ? mutateJson(random, settings) : settings, 8);
    tokenizer.decode(tokenizer.encode(text));
  });
  expect(ends.valid).toBeGreaterThan(50);
  expect(ends.refused).toBeGreaterThan(500);
});

test('model cards, which are never refused', async () => {
  const card = '---\nlicense: apache-2.0 # so it is\nbase_model:\n- owner/name\nlicense_link: "https://host/a"\n---\n# Text\n';
  const ends = await fuzz('card', 300, async (random) => readModelCard(decoder.decode(mutateBytes(random, new TextEncoder().encode(card)))));
  expect(ends).toEqual({ valid: 300, refused: 0 });
});
