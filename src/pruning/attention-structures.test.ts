import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attentionStructures } from './attention-structures.ts';

describe('attentionStructures', () => {
  it('lets groups become ragged by query head and drops a KV head with its last query head', () => {
    const structures = attentionStructures([3, 3, 3], 'query-head');
    expect(structures.sizes).toEqual(Array(9).fill(1));
    expect(structures.keep([0, 1, 2, 7])).toEqual({ heads: [0, 1, 2, 7], kvHeads: [0, 2], queryGroups: [3, 1] });
    expect(structures.keep([])).toEqual({ heads: [], kvHeads: [], queryGroups: [] });
  });

  it('takes whole groups by KV group', () => {
    const structures = attentionStructures([3, 3, 3], 'kv-group');
    expect(structures.sizes).toEqual([3, 3, 3]);
    expect(structures.keep([0, 2])).toEqual({ heads: [0, 1, 2, 6, 7, 8], kvHeads: [0, 2], queryGroups: [3, 3] });
  });

  it('keeps a KV head if and only if one of its query heads is kept', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 6 }), fc.nat(), (groups, mask) => {
        const owner = groups.flatMap((size, group) => Array.from({ length: size }, () => group));
        const kept = owner.flatMap((_, head) => ((mask >> (head % 31)) & 1 ? [head] : []));
        const { heads, kvHeads, queryGroups } = attentionStructures(groups, 'query-head').keep(kept);
        expect(heads).toEqual(kept);
        expect(kvHeads).toEqual([...new Set(kept.map((head) => owner[head]))]);
        expect(queryGroups).toEqual(kvHeads.map((group) => kept.filter((head) => owner[head] === group).length));
      }),
    );
  });

  it('takes whole groups of unlike sizes', () => {
    const structures = attentionStructures([2, 1, 3], 'kv-group');
    expect(structures.sizes).toEqual([2, 1, 3]);
    expect(structures.keep([0, 2])).toEqual({ heads: [0, 1, 3, 4, 5], kvHeads: [0, 2], queryGroups: [2, 3] });
    expect(structures.keep([1])).toEqual({ heads: [2], kvHeads: [1], queryGroups: [1] });
  });

  it('refuses structures that are not there', () => {
    expect(() => attentionStructures([2, 1], 'kv-group').keep([2])).toThrow(RangeError);
    expect(() => attentionStructures([2], 'query-head').keep([2])).toThrow(RangeError);
  });
});
