import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rank, tiedWith } from './rank.ts';

const order = (measured: readonly (readonly [id: string, fitness: number | null, saved?: number])[], parent: string): string[] =>
  rank(measured.map(([id, fitness, saved = 0]) => ({ id, fitness, saved })), parent).map(({ id }) => id);

describe('rank', () => {
  it('puts the lowest fitness first and keeps the order of equals', () => {
    expect(order([['a', 2], ['b', 1], ['c', 2], ['d', 1]], 'p')).toEqual(['b', 'd', 'a', 'c']);
  });

  it('lets the offspring win over an equal parent', () => {
    expect(order([['p', 1], ['a', 1]], 'p')).toEqual(['a', 'p']);
  });

  it('puts what failed last, and the parent before failed offspring', () => {
    expect(order([['a', null], ['b', null], ['p', null], ['d', 9]], 'p')).toEqual(['d', 'p', 'a', 'b']);
  });

  it('puts what was dropped behind all that was measured, and before what failed', () => {
    expect(order([['a', 1, 256], ['b', 3], ['c', null], ['e', null, 256], ['d', 0.5, 512], ['p', 2]], 'p')).toEqual(['p', 'b', 'd', 'a', 'c', 'e']);
  });

  it('is the same order whatever comes in, for distinct fitness', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.double({ noNaN: true, min: 0, max: 100 }), { minLength: 1, maxLength: 20 }), fc.nat(), (values, shift) => {
        const measured = values.map((fitness, index) => ({ id: String(index), fitness }));
        const turned = [...measured.slice(shift % values.length), ...measured.slice(0, shift % values.length)];
        expect(rank(turned, '0')).toEqual(rank(measured, '0'));
      }),
    );
  });
});

it('tells who was eliminated with the fitness of a survivor, both measured to the end', () => {
  const of = (id: string, fitness: number | null, saved = 0) => ({ id, fitness, saved });
  const tied = tiedWith([of('a', 1), of('b', 2), of('c', 4, 256)], [of('d', 2), of('e', 2, 256), of('f', 3), of('g', 4), of('h', null)]);
  expect(tied.map(({ id }) => id)).toEqual(['d']);
  expect(tiedWith([of('a', null)], [of('b', null)])).toEqual([]);
});
