import { expect, test } from 'vitest';
import { irregularSpec, randomModel, readerOf } from '../../model/plain-model.fixture.ts';
import { wholeSource } from '../../model/whole-source.fixture.ts';
import { withNeighbouringPairs } from './rotate-pairs.ts';

const source = wholeSource(irregularSpec, readerOf(randomModel(irregularSpec, 1)));
const turned = withNeighbouringPairs(source);
const { headDim, hidden } = irregularSpec;

test('the two elements of a pair come to stand side by side, in weights and biases', async () => {
  const name = 'model.layers.1.self_attn.q_proj';
  const order = [0, 3, 1, 4, 2, 5]; // of a head of 6
  const bias = await source.read(`${name}.bias`);
  expect(await turned.read(`${name}.bias`)).toEqual(bias.map((_, at) => bias[at - (at % headDim) + (order[at % headDim] ?? 0)] ?? 0));
  const row = async (from: typeof source, index: number) => (await from.read(`${name}.weight`)).slice(index * hidden, (index + 1) * hidden);
  expect(await row(turned, headDim + 1)).toEqual(await row(source, headDim + 3));
  expect(await turned.readRows(`${name}.weight`, headDim + 1, headDim + 2)).toEqual(await row(source, headDim + 3));
});

test('everything else stays as it is', async () => {
  for (const name of ['model.layers.1.self_attn.v_proj.weight', 'model.layers.1.self_attn.o_proj.weight', 'model.layers.1.mlp.up_proj.weight', 'model.embed_tokens.weight']) {
    expect(await turned.read(name)).toEqual(await source.read(name));
    expect(await turned.readRows(name, 2, 4)).toEqual(await source.readRows(name, 2, 4));
  }
});
