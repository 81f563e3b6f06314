import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areWhole, byLevel, inParts, type PrefixState } from './prefix-states.ts';

const genomes = fc.integer({ min: 1, max: 6 }).chain((length) =>
  fc.array(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: length, maxLength: length }), { minLength: 1, maxLength: 8 }),
);

/** The groups of every module in order; what a group computes is written down as the levels so far. */
function walk(all: readonly (readonly number[])[]) {
  let states: PrefixState<string>[] = [{ rows: '', place: 0, members: [...all.keys()] }];
  const modules: { level: number; states: PrefixState<string>[] }[][] = [];
  for (let module = 0; module < (all[0]?.length ?? 0); module++) {
    const groups = [...byLevel(states, (member) => all[member]?.[module] ?? Number.NaN)].map(([level, group]) => ({ level, states: group }));
    modules.push(groups);
    states = groups.flatMap(({ level, states: group }) => group.map((state) => ({ ...state, rows: `${state.rows}${level}` })));
  }
  return { modules, states };
}

describe('byLevel', () => {
  it('runs a prefix that two share once, and joins unlike prefixes at a level that they have alike', () => {
    const [first, second, third] = walk([[1, 2, 3], [1, 2, 4], [1, 5, 3]]).modules;
    expect(first).toEqual([{ level: 1, states: [{ rows: '', place: 0, members: [0, 1, 2] }] }]);
    expect(second?.map(({ level, states }) => [level, states.map(({ members }) => members)])).toEqual([[2, [[0, 1]]], [5, [[2]]]]);
    expect(third?.map(({ level, states }) => [level, states.map(({ members }) => members)])).toEqual([[3, [[0], [2]]], [4, [[1]]]]);
  });

  it('computes each distinct prefix once, and has one group a level', () => {
    fc.assert(
      fc.property(genomes, (all) => {
        for (const [module, groups] of walk(all).modules.entries()) {
          const prefixes = new Set(all.map((genome) => genome.slice(0, module + 1).join()));
          expect(groups.flatMap(({ states }) => states)).toHaveLength(prefixes.size);
          expect(groups).toHaveLength(new Set(all.map((genome) => genome[module])).size);
        }
      }),
    );
  });

  it('leads every genome through its own levels to the end', () => {
    fc.assert(
      fc.property(genomes, (all) => {
        const ends = walk(all).states.flatMap(({ rows, members }) => members.map((member) => [member, rows] as const));
        expect(ends.toSorted(([left], [right]) => left - right)).toEqual(all.map((genome, member) => [member, genome.join('')]));
      }),
    );
  });
});

describe('areWhole', () => {
  const state = (rows: string, place: number): PrefixState<string> => ({ rows, place, members: [place] });

  it('is true of all that lies in one tensor in order, and of nothing else', () => {
    expect(areWhole([state('x', 0), state('x', 1)], 2)).toBe(true);
    expect(areWhole([state('x', 0), state('x', 1)], 3)).toBe(false);
    expect(areWhole([state('x', 1), state('x', 0)], 2)).toBe(false);
    expect(areWhole([state('x', 0), state('y', 1)], 2)).toBe(false);
  });
});

describe('inParts', () => {
  it('keeps together what begins alike, all of it once', () => {
    const all = [[1, 0], [0, 2], [1, 1], [0, 1]];
    expect(inParts([0, 1, 2, 3], (member) => all[member] ?? [], 2)).toEqual([[3, 1], [0, 2]]);
    expect(inParts([0, 1, 2], (member) => all[member] ?? [], 2)).toEqual([[1, 0], [2]]);
    expect(inParts([0, 1], (member) => all[member] ?? [], 9)).toEqual([[1, 0]]);
  });
});
