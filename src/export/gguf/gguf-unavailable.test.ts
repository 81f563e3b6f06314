import { describe, expect, test } from 'vitest';
import { irregularSpec } from '../../model/plain-model.fixture.ts';
import type { ModelSpec } from '../../model/spec.ts';
import { enclosingShape } from '../rewrite/padded.ts';
import { companionsOf, tinyCompanions, tinyTokenizer } from './gguf.fixture.ts';
import { ggufUnavailable } from './gguf-unavailable.ts';

const plain: ModelSpec = { ...irregularSpec, qkNorm: false, windows: null };
const qwen3: ModelSpec = { ...plain, qkNorm: true, qkvBias: false, outputBias: false, mlpBias: false };
const unavailable = (spec: ModelSpec, shape: 'irregular' | 'padded', companions = tinyCompanions) => ggufUnavailable(spec, { shape, dense: enclosingShape(spec), companions });
const reasonOf = (spec: ModelSpec, shape: 'irregular' | 'padded' = 'irregular'): string | undefined => unavailable(spec, shape)?.reason;

describe('ggufUnavailable', () => {
  test('lets through every irregularity, biases, and models without attention or without anything', () => {
    for (const shape of ['irregular', 'padded'] as const) {
      expect(reasonOf(plain, shape)).toBeUndefined();
      expect(reasonOf({ ...plain, layers: [{ queryGroups: [], channels: 3 }] }, shape)).toBeUndefined();
      expect(reasonOf({ ...plain, layers: [{ queryGroups: [], channels: 0 }] }, shape)).toBeUndefined();
    }
  });

  test('refuses windows that a text can reach beyond in a layer with attention', () => {
    expect(reasonOf({ ...plain, windows: [null, 3, null, null, null] })).toMatch('sliding windows');
    expect(reasonOf({ ...plain, windows: [3, null, 3, null, null] })).toBeUndefined(); // layers 0 and 2 have no attention
    expect(reasonOf({ ...plain, windows: [null, 64, null, null, null] })).toBeUndefined(); // of 64 positions
  });

  test('refuses positions that llama.cpp does not know', () => {
    const dynamic = { type: 'dynamic', factor: 2, originalPositions: 64 } as const;
    const llama3 = { type: 'llama3', factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalPositions: 16 } as const;
    expect(reasonOf({ ...plain, rotary: { theta: 1e4, scaling: dynamic } }, 'padded')).toMatch('length of the text');
    expect(reasonOf({ ...plain, rotary: { theta: 1e4, scaling: llama3 } })).toBeUndefined();
    expect(reasonOf({ ...qwen3, tiedHead: true, rotary: { theta: 1e4, scaling: llama3 } }, 'padded')).toMatch('Llama 3');
    expect(reasonOf({ ...qwen3, tiedHead: true, rotary: { theta: 1e4, scaling: { type: 'linear', factor: 2 } } })).toBeUndefined();
  });

  test('refuses norms on queries and keys together with biases', () => {
    for (const bias of ['qkvBias', 'outputBias', 'mlpBias'] as const) expect(reasonOf({ ...qwen3, [bias]: true }, 'padded')).toMatch('biases');
  });

  test('sends irregular Qwen3 with a head of its own to the padded file', () => {
    expect(unavailable({ ...qwen3, tiedHead: false }, 'irregular')?.remedy).toMatch('padded');
    expect(reasonOf({ ...qwen3, tiedHead: false }, 'padded')).toBeUndefined();
    expect(reasonOf({ ...qwen3, tiedHead: true })).toBeUndefined();
    const alike = [{ queryGroups: [2, 2], channels: 5 }, { queryGroups: [], channels: 0 }, { queryGroups: [2, 2], channels: 5 }];
    expect(reasonOf({ ...qwen3, tiedHead: false, layers: alike })).toBeUndefined();
  });

  test('refuses tokenizers that llama.cpp would follow differently', () => {
    const other = companionsOf(JSON.stringify({ ...tinyTokenizer, normalizer: { type: 'NFD' } }), { eos_token: '<|endoftext|>' });
    expect(unavailable(plain, 'padded', other)?.reason).toMatch('other tokens');
  });
});
