import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { bundledModel, bundledTexts } from './bundled-model.ts';

interface Entry {
  readonly id: string;
  readonly parameters: number;
  readonly prunable: number;
  readonly licence: string;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
}

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(`../../public/${path}`, import.meta.url), 'utf8'));

it('says of the bundled model what its files say', () => {
  const { models } = read('models/index.json') as { models: Entry[] };
  const { inspection } = bundledModel;
  const { spec } = inspection;
  expect(models.find((model) => model.id === bundledModel.id)).toMatchObject({
    parameters: inspection.parameters.total,
    prunable: inspection.parameters.prunable,
    licence: inspection.about.licence,
    files: inspection.files,
  });
  const config = read(`models/${bundledModel.id}/config.json`) as Record<string, unknown>;
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

it('names every text that comes with the page', () => {
  const { texts } = read('texts/index.json') as { texts: { id: string; name: string; bytes: number }[] };
  expect(texts.map(({ id, name, bytes }) => ({ id, name, bytes }))).toEqual(bundledTexts);
});
