import { describe, expect, it } from 'vitest';
import { llamaTraits } from '../model/llama-traits.ts';
import { prunableParameters, totalParameters, type ModelSpec } from '../model/spec.ts';
import { expectedKept, mostKept, targetMetadata } from './target.ts';

const spec: ModelSpec = { ...llamaTraits, vocabulary: 40, hidden: 8, headDim: 2, maxPositions: 64, layers: Array.from({ length: 4 }, () => ({ queryGroups: [1, 1, 1, 1], channels: 12 })) };
const half = totalParameters(spec) - prunableParameters(spec) / 2;

describe('what a target leaves of the layers', () => {
  it('is told by a share or by parameters', () => {
    expect(expectedKept({ sparsity: 0.3 }, spec)).toBeCloseTo(0.7, 12);
    expect(expectedKept({ parameters: half }, spec)).toBeCloseTo(0.5, 12);
    expect(mostKept({ parameters: half }, spec)).toBeCloseTo(0.5, 12);
  });

  it('stays plannable where the target is not', () => {
    expect(expectedKept({ parameters: 1 }, spec)).toBeCloseTo(0.01, 12);
    expect(expectedKept({ parameters: 1e9 }, spec)).toBe(1);
    expect(expectedKept({ speedup: 100, measure: 'decode' }, spec)).toBeCloseTo(0.01, 12);
  });

  it('is guessed for a speed, and planned for at its worst', () => {
    const faster = [1.1, 1.3, 1.6].map((speedup) => expectedKept({ speedup, measure: 'decode' }, spec));
    expect(faster.toSorted((a, b) => b - a)).toEqual(faster);
    expect(faster.every((kept) => kept > 0 && kept < 1)).toBe(true);
    expect(mostKept({ speedup: 2, measure: 'decode' }, spec)).toBe(1);
  });
});

it('files say what was asked for', () => {
  expect(targetMetadata({ sparsity: 0.5 })).toEqual({ target_sparsity: '0.5' });
  expect(targetMetadata({ parameters: 5_000_000 })).toEqual({ target_parameters: '5000000' });
  expect(targetMetadata({ speedup: 1.5, measure: 'prefill' })).toEqual({ target_speedup: '1.5', target_measure: 'prefill' });
});
