import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../run/run-result.ts';
import { leadSentence, verdict } from './lead-sentence.ts';

const result = (winner: number, uniform: number): RunResult => ({
  version: 1,
  modules: [],
  parameters: { dense: { total: 6_557_952, prunable: 5_505_024 }, pruned: { total: 3_805_440, prunable: 2_752_512 } },
  heldOut: {
    tokens: 16_384,
    dense: { perplexity: 56.5, kl: 0, agreement: 1 },
    uniform: { perplexity: 88.1, kl: uniform, agreement: 0.5 },
    winner: { perplexity: 72.1, kl: winner, agreement: 0.6 },
  },
  seconds: {},
  tokens: { forward: 0, trained: 0 },
  peakBytes: 0,
  stopped: false,
});

const plain = (text: string): string => text.replaceAll('\u202f', ' ');

describe('the results in a sentence', () => {
  it('is written from measured values', () => {
    expect(plain(leadSentence('tales-6m', result(0.367, 0.61)))).toBe(
      'tales-6m now has 3.81 M parameters, 58 % of the original. Its held-out perplexity is 72.1, from 56.5.',
    );
  });

  it.each([
    [0.367, 0.61, 'found a model 40 % closer'],
    [0.605, 0.61, 'did not help here'],
    [0.615, 0.61, 'did not help here'],
    [0.7, 0.61, 'Uniform pruning is better here'],
    [Number.NaN, 0.61, 'could not be compared'],
  ])('is honest: %d against %d', (winner, uniform, expected) => {
    expect(plain(verdict(result(winner, uniform), 'evolution'))).toContain(expected);
  });

  it('claims nothing for a run that searched nothing', () => {
    expect(verdict(result(0.61, 0.61), 'uniform')).toContain('searched nothing');
  });
});
