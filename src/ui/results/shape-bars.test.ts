import { describe, expect, it } from 'vitest';
import type { ModuleSummary } from '../../run/run-events.ts';
import { barPlaces, shapeBars, shapeCsv, structuresOf } from './shape-bars.ts';

const summary = (module: number, structures = 4): ModuleSummary => ({
  layer: module >> 1,
  kind: module % 2 === 0 ? 'attention' : 'mlp',
  structures,
  levels: [1, 0.5, 0].map((share) => ({ kept: share * structures, parameters: share * structures * 100, loss: 1 - share })),
});
const modules = [0, 1, 2, 3].map((module) => summary(module));

describe('the final shape', () => {
  it('is what each module keeps', () => {
    const bars = shapeBars(modules, [0, 2, 1, 1], 2) ?? [];
    expect(bars.map(({ kind, layer, kept, share, removed }) => [kind, layer, kept, share, removed])).toEqual([
      ['attention', 1, 4, 1, false],
      ['mlp', 1, 0, 0, true],
      ['attention', 2, 2, 0.5, false],
      ['mlp', 2, 2, 0.5, false],
    ]);
    expect(bars[0]?.stop).toBe(0);
    expect(shapeCsv(bars).split('\n').slice(0, 3)).toEqual(['layer,kind,kept,of,share,parameters', '1,attention,4,4,1,400', '1,mlp,0,4,0,0']);
  });

  it('is not known before every module is cut', () => {
    expect(shapeBars([...modules.slice(0, 3), null], [0, 0, 0, 0], 2)).toBeNull();
    expect(shapeBars([], [], 2)).toBeNull();
  });

  it('names a number of structures that all modules share', () => {
    const of = (more: readonly ModuleSummary[]) => structuresOf(shapeBars(more, [0, 0], 2) ?? []);
    expect(of([summary(0), summary(2)])).toBe(4);
    expect(of([summary(0), summary(2, 6)])).toBeNull();
  });

  it.each([
    [30, 427, 14, [0, 4, 9, 14, 19, 24, 29]],
    [8, 427, 53, [0, 1, 2, 3, 4, 5, 6, 7]],
    [8, 600, 64, [0, 1, 2, 3, 4, 5, 6, 7]],
    [8, 150, 18, [0, 4]],
    [64, 200, 4, [0, 4, 9, 14, 19, 24, 29, 34, 39, 44, 49, 54, 59]],
  ])('has %d bars on %d px', (count, width, pitch, numbered) => {
    expect(barPlaces(count, width)).toEqual({ pitch, numbered });
  });
});
