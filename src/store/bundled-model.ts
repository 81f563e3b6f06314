import type { ModelSpec } from '../model/spec.ts';

/** What the page must know of the bundled model before anything is downloaded: its size, and what a run on it costs. */
export const bundledModel = {
  id: 'tales-6m',
  /** Weights, tokenizer and configuration, and the two texts. */
  description: 'a 6.6 M-parameter Llama with 8 layers, trained on old tales',
  bytes: 13_123_848 + 107_090 + 530 + 183 + 1_316_893 + 403_153,
  spec: {
    family: 'llama',
    vocabulary: 4096,
    hidden: 256,
    headDim: 32,
    rmsEpsilon: 1e-5,
    rotary: { theta: 10_000 },
    maxPositions: 1024,
    tiedHead: true,
    qkvBias: false,
    outputBias: false,
    mlpBias: false,
    qkNorm: false,
    layers: Array.from({ length: 8 }, () => ({ queryGroups: [2, 2, 2, 2], channels: 640 })),
  } satisfies ModelSpec,
} as const;
