import { expect, test } from 'vitest';
import { MemorySource } from '../sources/memory-source.ts';
import { message, modelMessage, tensorMessage } from '../sources/onnx-files.fixture.ts';
import { checkTensors, WeightsMismatchError } from './check-tensors.ts';
import { expectedTensors } from './expected-tensors.ts';
import { exportMetadata, GENERATOR, prunedLayers } from './export-metadata.ts';
import { openExported } from './open-exported.ts';
import { specOfConfig } from './read-config.ts';

const config = { model_type: 'llama', vocab_size: 5, hidden_size: 40, intermediate_size: 6, num_hidden_layers: 1, num_attention_heads: 2, head_dim: 2, pruned_layers: [{ heads: [2], ff: 3 }] };
const spec = specOfConfig(config);

const counting = (size: number) => Float32Array.from({ length: size }, (_, index) => index);

/** A file with the weights of the model, written by hand: each value its own index, projections turned unless `matrices` says how. */
function fileOf(matrices: Readonly<Record<string, readonly Uint8Array[]>> = {}): Uint8Array {
  const about = { name: 'a', licence: null, card: null, revision: null };
  const metadata = { generator: GENERATOR, pruned_layers: JSON.stringify(prunedLayers(spec)), ...exportMetadata(spec, { config, about, baseModel: '' }) };
  const entries = Object.entries(metadata).map(([key, value]) => [14, message([1, key], [2, value])] as const);
  const tensors = [...expectedTensors(spec)].flatMap(([name, shape]) => {
    const dims = name.endsWith('_proj.weight') ? shape.toReversed() : shape;
    return matrices[name] ?? [tensorMessage(name, 'float32', dims, counting(shape.reduce((product, size) => product * size, 1)))];
  });
  return Uint8Array.from([...message(...entries), ...modelMessage(...tensors)]);
}

const open = (file: Uint8Array) => openExported(new MemorySource('memory', new Map([['m.onnx', file]])), 'm.onnx');

const turned = (rows: number, columns: number) => Float32Array.from({ length: rows * columns }, (_, index) => (index % columns) * rows + Math.floor(index / columns));

test('projections are turned back, embedding and head are not', async () => {
  const { file } = await open(fileOf());
  expect(checkTensors(spec, file)).toEqual([]);
  expect(await file.readWeights('lm_head.weight')).toEqual(counting(200));
  expect(await file.readWeights('model.embed_tokens.weight')).toEqual(counting(200));
  expect(await file.readWeights('model.layers.0.mlp.up_proj.weight')).toEqual(turned(3, 40));
});

test('a head that is turned, as files had it before, is turned back', async () => {
  const { file } = await open(fileOf({ 'lm_head.weight': [tensorMessage('lm_head.weight', 'float32', [40, 5], counting(200))] }));
  expect(checkTensors(spec, file)).toEqual([]);
  expect(await file.readWeights('lm_head.weight')).toEqual(turned(5, 40));
});

/** A head in 4 bits, of `blocks` blocks a row, all of whose values are 2. */
const headOf = (blocks: number) => [
  tensorMessage('lm_head.weight_Q4', 'uint8', [5, blocks, 16], new Uint8Array(5 * blocks * 16).fill(0xcc)),
  tensorMessage('lm_head.weight_scales', 'float32', [5, blocks], new Float32Array(5 * blocks).fill(0.5)),
];

test('a matrix in 4 bits has the columns that its model asks for', async () => {
  const { file } = await open(fileOf({ 'lm_head.weight': headOf(2) }));
  expect(checkTensors(spec, file)).toEqual([]);
  expect(await file.readWeights('lm_head.weight')).toEqual(new Float32Array(200).fill(2));
  await expect(open(fileOf({ 'lm_head.weight': headOf(3) }))).rejects.toThrow(/3 blocks a row, and 40 columns need 2/);
});

test('rows that the model has not are a mismatch', async () => {
  const [packed, scales] = [new Uint8Array(4 * 2 * 16), new Float32Array(8)];
  const short = [tensorMessage('lm_head.weight_Q4', 'uint8', [4, 2, 16], packed), tensorMessage('lm_head.weight_scales', 'float32', [4, 2], scales)];
  const { file } = await open(fileOf({ 'lm_head.weight': short }));
  expect(() => checkTensors(spec, file)).toThrow(WeightsMismatchError);
  expect(() => checkTensors(spec, file)).toThrow(/lm_head\.weight is \[4, 40\] and should be \[5, 40\]/);
});
