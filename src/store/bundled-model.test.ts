import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { totalParameters } from '../model/spec.ts';
import { bundledModel } from './bundled-model.ts';

interface Entry {
  readonly id: string;
  readonly parameters: number;
  readonly files: readonly { readonly bytes: number }[];
}

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(`../../public/${path}`, import.meta.url), 'utf8'));
const sum = (files: readonly { readonly bytes: number }[]): number => files.reduce((total, file) => total + file.bytes, 0);

it('says of the bundled model what its files say', () => {
  const { models } = read('models/index.json') as { models: Entry[] };
  const { texts } = read('texts/index.json') as { texts: { bytes: number }[] };
  const entry = models.find((model) => model.id === bundledModel.id);
  expect(entry?.parameters).toBe(totalParameters(bundledModel.spec));
  expect(sum(entry?.files ?? []) + sum(texts)).toBe(bundledModel.bytes);
  const config = read(`models/${bundledModel.id}/config.json`) as Record<string, unknown>;
  const { spec } = bundledModel;
  expect(config).toMatchObject({
    model_type: spec.family,
    vocab_size: spec.vocabulary,
    hidden_size: spec.hidden,
    head_dim: spec.headDim,
    num_hidden_layers: spec.layers.length,
    intermediate_size: spec.layers[0]?.channels,
    num_attention_heads: spec.layers[0]?.queryGroups.reduce((heads, size) => heads + size, 0),
    num_key_value_heads: spec.layers[0]?.queryGroups.length,
    tie_word_embeddings: spec.tiedHead,
    max_position_embeddings: spec.maxPositions,
  });
});
