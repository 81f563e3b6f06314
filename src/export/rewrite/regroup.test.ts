import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { regroup } from './regroup.ts';

const someGroups = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 });

describe('regroup', () => {
  test('equal groups stay as they are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), (count, size) => {
        const same = regroup(Array.from({ length: count }, () => size));
        expect(same.size).toBe(size);
        expect(same.kvHeads).toEqual(Array.from({ length: count }, (_, head) => head));
        expect(same.queryHeads).toEqual(Array.from({ length: count * size }, (_, head) => head));
      }),
    );
  });

  test('takes the size with the fewest rows, and of equals the larger', () => {
    expect(regroup([3, 1]).size).toBe(3); // rows: size 1: 4 x 4; size 2: 3 x 6; size 3: 2 x 8
    expect(regroup([4, 2])).toEqual({ size: 2, kvHeads: [0, 0, 1], queryHeads: [0, 1, 2, 3, 4, 5] });
  });

  test('every query head is there once, in order, and reads the KV head that it read', () => {
    fc.assert(
      fc.property(someGroups, (groups) => {
        const { size, kvHeads, queryHeads } = regroup(groups);
        const kvOf = groups.flatMap((group, head) => Array.from({ length: group }, () => head));
        expect(queryHeads).toHaveLength(kvHeads.length * size);
        expect(queryHeads.filter((head) => head !== null)).toEqual(kvOf.map((_, head) => head));
        for (const [place, head] of queryHeads.entries()) if (head !== null) expect(kvHeads[Math.floor(place / size)]).toBe(kvOf[head]);
      }),
    );
  });

  test('no other size has fewer rows', () => {
    fc.assert(
      fc.property(someGroups, (groups) => {
        const rows = (size: number): number => groups.reduce((total, group) => total + Math.ceil(group / size) * (2 + 2 * size), 0);
        const { size, kvHeads } = regroup(groups);
        expect(kvHeads.length * (2 + 2 * size)).toBe(Math.min(...Array.from({ length: 9 }, (_, index) => rows(index + 1))));
      }),
    );
  });

  test('refuses what has no attention', () => {
    expect(() => regroup([])).toThrow(RangeError);
    expect(() => regroup([2, 0])).toThrow(RangeError);
  });
});
