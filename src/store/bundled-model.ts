import type { ModelInspection } from '../model/inspect-model.ts';
import { llamaTraits } from '../model/llama-traits.ts';
import { prunableParameters, totalParameters, type ModelSpec } from '../model/spec.ts';

const spec: ModelSpec = {
  ...llamaTraits,
  vocabulary: 4096,
  hidden: 256,
  headDim: 32,
  maxPositions: 1024,
  layers: Array.from({ length: 8 }, () => ({ queryGroups: [2, 2, 2, 2], channels: 640 })),
};

/** What the page must know of the bundled model before anything is fetched: its size, and what a run on it costs. */
export const bundledModel = {
  id: 'tales-6m',
  description: 'a 6.6 M-parameter Llama with 8 layers, trained on old tales',
  inspection: {
    spec,
    about: { name: 'tales-6m', licence: 'MIT', card: null, revision: null },
    parameters: { total: totalParameters(spec), prunable: prunableParameters(spec) },
    files: [
      { path: 'config.json', bytes: 530 },
      { path: 'model.safetensors', bytes: 13_123_848 },
      { path: 'tokenizer.json', bytes: 107_090 },
      { path: 'tokenizer_config.json', bytes: 183 },
    ],
    storedElementBytes: 2,
    here: true,
  } satisfies ModelInspection,
} as const;

/** The texts that come with the page. */
export const bundledTexts = [
  { id: 'tales', name: 'Tales: an eighth of 70 books', bytes: 1_316_893 },
  { id: 'tales-heldout', name: 'Tales, held out: 4 whole books', bytes: 403_153 },
] as const;
