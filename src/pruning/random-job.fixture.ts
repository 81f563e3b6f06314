import { randomFor } from '../base/random.ts';
import type { ModelSpec } from '../model/spec.ts';
import type { PruneJob } from './prune-module.ts';

/** `H = 2/n X^T X` `[columns, columns]` of random inputs with a common part, so that columns are correlated. */
export function randomHessian(columns: number, seed: number, tokens = 2 * columns + 3): Float64Array<ArrayBuffer> {
  const random = randomFor(seed, 'hessian');
  const inputs = Array.from({ length: tokens }, () => {
    const common = random.unit() - 0.5;
    return Float64Array.from({ length: columns }, () => random.unit() - 0.5 + common);
  });
  const hessian = new Float64Array(columns * columns);
  for (const x of inputs) {
    for (let i = 0; i < columns; i++) {
      for (let j = 0; j < columns; j++) hessian[i * columns + j] = (hessian[i * columns + j] ?? 0) + ((x[i] ?? 0) * (x[j] ?? 0) * 2) / tokens;
    }
  }
  return hessian;
}

export function randomWeight(size: number, seed: number): Float32Array<ArrayBuffer> {
  const random = randomFor(seed, 'weight');
  return Float32Array.from({ length: size }, () => random.unit() - 0.5);
}

/** A model of one layer with these KV groups and channels. */
export function oneLayer(queryGroups: readonly number[], headDim: number, channels: number, hidden: number): ModelSpec {
  return {
    family: 'llama',
    vocabulary: 16,
    hidden,
    headDim,
    rmsEpsilon: 1e-5,
    rotary: { theta: 10000, scaling: null },
    maxPositions: 64,
    tiedHead: true,
    qkvBias: true,
    outputBias: false,
    mlpBias: true,
    qkNorm: true,
    windows: null,
    layers: [{ queryGroups, channels }],
  };
}

export const mlpOnly = (channels: number, hidden: number): ModelSpec => oneLayer([1], 2, channels, hidden);

/** A job that prunes the MLP of the first layer. */
export function randomJob(spec: ModelSpec, seed: number): PruneJob {
  const channels = spec.layers[0]?.channels ?? 0;
  return {
    id: { layer: 0, kind: 'mlp' },
    spec,
    granularity: 'kv-group',
    K: 10,
    damping: 0.01,
    hessian: randomHessian(channels, seed),
    weight: randomWeight(spec.hidden * channels, seed),
  };
}
