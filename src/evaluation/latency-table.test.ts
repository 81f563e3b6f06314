import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LevelDatabase, LevelEntry } from '../pruning/level-database.ts';
import { costsOf, shapesIn, tableOf } from './latency-table.ts';

type Modules = Pick<LevelDatabase, 'modules'>;

const empty: LevelEntry = { nominal: [], removed: 0, kept: new Int32Array(), heads: [], kvHeads: [], queryGroups: [], channels: 0, loss: 0, parameters: 0 };
const upTo = (count: number): number[] => [...Array.from({ length: count }).keys()];

const attention = (heads: number, kvHeads: number): LevelEntry => ({
  ...empty, kept: Int32Array.from(upTo(heads)), heads: upTo(heads), kvHeads: upTo(kvHeads), parameters: 10 * heads + 7 * kvHeads,
});
const mlp = (channels: number): LevelEntry => ({ ...empty, kept: Int32Array.from(upTo(channels)), channels, parameters: 3 * channels });

/** Two layers that lose KV heads in another order, so that they have shapes of their own. */
const database: Modules = {
  modules: [
    { id: { layer: 0, kind: 'attention' }, structures: 4, levels: [attention(4, 2), attention(3, 2), attention(2, 2), attention(1, 1), empty], fallbacks: 0 },
    { id: { layer: 0, kind: 'mlp' }, structures: 9, levels: [mlp(9), mlp(6), mlp(3), empty], fallbacks: 0 },
    { id: { layer: 1, kind: 'attention' }, structures: 4, levels: [attention(4, 2), attention(3, 2), attention(2, 1), attention(1, 1), empty], fallbacks: 0 },
    { id: { layer: 1, kind: 'mlp' }, structures: 9, levels: [mlp(9), mlp(6), mlp(3), empty], fallbacks: 0 },
  ],
};

const shapes = shapesIn(database);
const facts = { measure: 'decode' as const, tokens: 16, rounds: 3, fixed: 1000.4 };
const tableWith = (times: readonly number[]) => tableOf(database, shapes.map((shape, index) => ({ shape, measured: times[index] ?? 0 })), facts);

describe('shapes of a database', () => {
  it('are listed once, the largest first', () => {
    expect(shapes.map(({ kind, heads, kvHeads, channels }) => [kind, heads, kvHeads, channels])).toEqual([
      ['attention', 4, 2, 0], ['attention', 3, 2, 0], ['attention', 2, 2, 0], ['attention', 2, 1, 0], ['attention', 1, 1, 0],
      ['mlp', 0, 0, 9], ['mlp', 0, 0, 6], ['mlp', 0, 0, 3],
    ]);
  });
});

describe('a latency table', () => {
  it('keeps what was timed beside what it counts', () => {
    const table = tableWith([900, 700, 800, 300, 100, 500, 400, 200]);
    expect(table).toMatchObject({ measure: 'decode', tokens: 16, rounds: 3, fixed: 1000, unit: 1 });
    expect(table.entries.map(({ measured, cost }) => [measured, cost])).toEqual([[900, 900], [700, 750], [800, 750], [300, 300], [100, 100], [500, 500], [400, 400], [200, 200]]);
    expect(costsOf(database, table)).toEqual([[900, 750, 750, 100, 0], [500, 400, 200, 0], [900, 750, 300, 100, 0], [500, 400, 200, 0]]);
  });

  it('costs never less for more, in whole units of which the dense model has few enough, whatever was timed', () => {
    const times = fc.array(fc.double({ min: -1e5, max: 1e10, noNaN: true }), { minLength: shapes.length, maxLength: shapes.length });
    fc.assert(
      fc.property(times, (measured) => {
        const table = tableWith(measured);
        const costs = costsOf(database, table);
        for (const levels of costs) {
          expect(levels.at(-1)).toBe(0);
          for (const [level, cost] of levels.entries()) {
            expect(Number.isInteger(cost / table.unit)).toBe(true);
            expect(cost).toBeLessThanOrEqual(levels[level - 1] ?? Infinity);
            if (level < levels.length - 1) expect(cost).toBeGreaterThan(0);
          }
        }
        const dense = costs.reduce((sum, [cost = 0]) => sum + cost, 0);
        expect(dense / table.unit).toBeLessThanOrEqual((1 << 15) + costs.length);
      }),
    );
  });

  it('knows only what was timed', () => {
    expect(() => costsOf(database, { entries: [] })).toThrow('was not timed');
  });
});
