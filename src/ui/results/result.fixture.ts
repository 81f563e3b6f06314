import type { RunResult, Speed } from '../../run/run-result.ts';

/** A result as a run of `tales-6m` would have it. */
export const result = (winner: number, uniform: number): RunResult => ({
  version: 1,
  modules: [],
  parameters: { dense: { total: 6_557_952, prunable: 5_505_024 }, pruned: { total: 3_805_440, prunable: 2_752_512 } },
  heldOut: {
    tokens: 16_384,
    dense: { perplexity: 56.5, kl: 1e-9, agreement: 1 },
    uniform: { perplexity: 88.1, kl: uniform, agreement: 0.5 },
    winner: { perplexity: 72.1, kl: winner, agreement: 0.6 },
  },
  seconds: {},
  tokens: { forward: 0, trained: 0 },
  peakBytes: 0,
  stopped: false,
});

export const speed = (decode: number, prefill = 10 * decode): Speed => ({
  prefillTokens: 512,
  prefillTokensPerSecond: prefill,
  decodeTokens: 32,
  decodeTokensPerSecond: decode,
  runs: 5,
});
