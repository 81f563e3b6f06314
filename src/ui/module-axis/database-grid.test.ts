import { describe, expect, it } from 'vitest';
import type { DatabaseState } from '../../store/run-state.ts';
import { filledLevels, lossAtHalf, lossDecades, removedAt } from './database-grid.ts';

const summary = (losses: readonly number[]) => ({
  layer: 0,
  kind: 'mlp' as const,
  structures: losses.length - 1,
  levels: losses.map((loss, removed) => ({ kept: losses.length - 1 - removed, parameters: 0, loss })),
});

describe('database grid', () => {
  it('removes halves up', () => {
    expect([0, 1, 2, 3, 4].map((level) => removedAt(level, 2, 4))).toEqual([0, 1, 1, 2, 2]);
    expect(removedAt(3, 9, 10)).toBe(3);
  });

  it('fills the levels that a running cut has passed', () => {
    const database: DatabaseState = { granularity: null, modules: [summary([0, 1]), null, null], progress: { 1: { done: 300, total: 640 } }, bytes: 0, ready: false };
    expect([0, 1, 2].map((module) => filledLevels(database, module, 10))).toEqual([11, 5, 0]);
  });

  it('measures loss against removing everything', () => {
    expect(lossAtHalf(summary([0, 1, 2, 6, 10]))).toBe(0.2);
    expect(lossAtHalf(summary([0, 0, 0]))).toBeNull();
    expect(lossDecades([0.5, null, 0.02])).toBe(2);
    expect(lossDecades([0.004])).toBe(3);
    expect(lossDecades([])).toBe(1);
  });
});
