import { describe, expect, it } from 'vitest';
import type { LevelDatabase, LevelEntry } from '../pruning/level-database.ts';
import { changedModules, genomeSize, searchSpaceOf } from './search-space.ts';

const entry = (parameters: number, loss: number): LevelEntry => ({
  nominal: [0], removed: 0, kept: new Int32Array(), heads: [], kvHeads: [], queryGroups: [], channels: 0, loss, parameters,
});
const database: Pick<LevelDatabase, 'modules'> = {
  modules: [
    { id: { layer: 0, kind: 'attention' }, structures: 2, levels: [entry(8, 0), entry(4, 1), entry(0, 3)], fallbacks: 0 },
    { id: { layer: 0, kind: 'mlp' }, structures: 1, levels: [entry(9, 0), entry(0, 2)], fallbacks: 0 },
  ],
};

describe('searchSpaceOf', () => {
  it('keeps sizes and losses of every level', () => {
    expect(searchSpaceOf(database)).toEqual({
      unit: 'parameters',
      modules: [
        { kind: 'attention', layer: 0, parameters: [8, 4, 0], cost: [8, 4, 0], loss: [0, 1, 3] },
        { kind: 'mlp', layer: 0, parameters: [9, 0], cost: [9, 0], loss: [0, 2] },
      ],
      dense: 17,
    });
  });
});

describe('genomeSize', () => {
  it('sums the true parameters and refuses what does not fit', () => {
    const space = searchSpaceOf(database);
    expect(genomeSize(space, [1, 0])).toBe(13);
    expect(() => genomeSize(space, [1])).toThrow(RangeError);
    expect(() => genomeSize(space, [1, 2])).toThrow(RangeError);
  });
});

describe('changedModules', () => {
  it('lists the indices that differ', () => {
    expect(changedModules([1, 2, 3], [1, 0, 4])).toEqual([1, 2]);
  });
});
