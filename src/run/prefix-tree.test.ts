import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eachRun, prefixTree } from './prefix-tree.ts';

const genomes = fc.integer({ min: 1, max: 6 }).chain((length) =>
  fc.array(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: length, maxLength: length }), { minLength: 1, maxLength: 8 }),
);

/** What a tree runs, in order. */
function runs(of: readonly (readonly number[])[]): string[] {
  const seen: string[] = [];
  eachRun(prefixTree(of), of, (module, level) => seen.push(`${module}:${level}`));
  return seen;
}

describe('prefixTree', () => {
  it('runs a prefix that two share once, and what differs for each', () => {
    expect(runs([[1, 2, 3], [1, 2, 4], [1, 5, 3]])).toEqual(['0:1', '1:2', '2:3', '2:4', '1:5', '2:3']);
    expect(prefixTree([[1, 2], [3, 2]])).toEqual({
      start: 0,
      end: 0,
      members: [0, 1],
      branches: [
        { start: 0, end: 2, members: [0], branches: [] },
        { start: 0, end: 2, members: [1], branches: [] },
      ],
    });
  });

  it('runs equal genomes once, to one end', () => {
    expect(prefixTree([[1, 2], [1, 2]])).toEqual({ start: 0, end: 2, members: [0, 1], branches: [] });
  });

  it('runs as many modules as there are distinct prefixes', () => {
    fc.assert(
      fc.property(genomes, (all) => {
        const prefixes = new Set(all.flatMap((genome) => genome.map((_, index) => genome.slice(0, index + 1).join())));
        expect(runs(all)).toHaveLength(prefixes.size);
      }),
    );
  });

  it('leads every genome through its own levels to the end', () => {
    fc.assert(
      fc.property(genomes, (all) => {
        const walked = all.map((): number[] => []);
        const walk = (node: ReturnType<typeof prefixTree>): void => {
          for (const member of node.members) walked[member]?.push(...(all[member]?.slice(node.start, node.end) ?? []));
          node.branches.forEach(walk);
        };
        walk(prefixTree(all));
        expect(walked).toEqual(all);
      }),
    );
  });
});
