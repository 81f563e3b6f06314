import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../run/run-events.ts';
import { runWith } from './candidate.fixture.ts';
import { lineageOf } from './lineage.ts';

const stages = runWith().search.stages;
const started = (generation: number, parent: { id: string; genome: number[]; size: number }): RunEvent => ({
  type: 'generation-started', generation, generations: 4, parent, stages, at: 99,
  offspring: [{ id: `${generation}.01`, genome: [1, 1, 1, 1], size: 800, changed: [0, 1] }],
});
const chosen = { id: '1.04', genome: [0, 2, 1, 1], size: 800 };

describe('lineageOf', () => {
  it('goes from parent to parent back to the start', () => {
    const { search, find } = runWith();
    expect(lineageOf(search, find('2.03'))).toEqual([
      { id: '1.02', generation: 1, changes: [{ module: 0, keepsMore: true }, { module: 1, keepsMore: false }], fitness: 0.6, step: -0.4, chosen: false },
    ]);
    expect(lineageOf(search, find('1.04'))).toEqual([]);
    expect(lineageOf(search, find('0.00'))).toEqual([]);
  });

  it('passes through a parent that the user chose, which won nothing', () => {
    const before = { id: '1.02', genome: [0, 2, 1, 1], size: 800 };
    const { search, find } = runWith({ type: 'parent-chosen', generation: 3, before, parent: chosen, at: 99 }, started(3, chosen));
    expect(lineageOf(search, find('3.01'))).toMatchObject([{ id: '1.04', fitness: null, step: null, chosen: true }]);
  });

  it('ends where a file calls a candidate its own parent', () => {
    const { search, find } = runWith(started(3, { id: '3.01', genome: [0, 2, 1, 1], size: 800 }));
    expect(lineageOf(search, find('3.01'))).toEqual([]);
  });
});
