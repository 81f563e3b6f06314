import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ShownCandidate } from './population-view.ts';
import { layoutRows } from './row-layout.ts';
import { inPlace } from './use-steady-layout.ts';
import { stackHeights } from './stack-heights.ts';

const heights = stackHeights({ viewportWidth: 1440, viewportHeight: 900, rows: 16 });
const candidate = (id: string, status: ShownCandidate['status'], stage: number, fitness: readonly number[], changed: readonly number[] = []): ShownCandidate => ({
  id, status, stage, fitness, changed, genome: [], losses: [], progress: 0,
});

describe('layoutRows', () => {
  it('goes from the furthest stage down, and in a stage from the best', () => {
    const { groups, rows } = layoutRows(
      [
        candidate('3.01', 'eliminated', 0, [2.2]),
        candidate('3.02', 'measured', 2, [2, 1.6, 1.4]),
        candidate('3.03', 'waiting', 2, [2, 1.5]),
        candidate('3.04', 'eliminated', 1, [2, 1.7]),
        candidate('3.05', 'eliminated', 0, [2.1]),
        candidate('3.06', 'training', 2, [2, 1.7]),
      ],
      'stage',
      heights,
    );
    expect(rows.map((row) => row.candidate.id)).toEqual(['3.02', '3.06', '3.03', '3.04', '3.05', '3.01']);
    expect(rows.map(({ fade }) => fade)).toEqual([1, 1, 1, 0.5, 0.34, 0.34]);
    expect(groups.map(({ stage, out, count, measured }) => ({ stage, out, count, measured }))).toEqual([
      { stage: 2, out: false, count: 3, measured: 1 },
      { stage: 1, out: true, count: 1, measured: 0 },
      { stage: 0, out: true, count: 2, measured: 0 },
    ]);
  });

  it('puts a fitness that is not a number last', () => {
    const { rows } = layoutRows(
      [candidate('1.1', 'measured', 0, [Number.POSITIVE_INFINITY]), candidate('1.2', 'measured', 0, [3]), candidate('1.3', 'measured', 0, [Number.POSITIVE_INFINITY])],
      'stage',
      heights,
    );
    expect(rows.map((row) => row.candidate.id)).toEqual(['1.2', '1.1', '1.3']);
  });

  it('sorts by hand without groups', () => {
    const candidates = [candidate('9.10', 'waiting', 0, [], [1]), candidate('9.2', 'eliminated', 0, [1], [1, 2])];
    expect(layoutRows(candidates, 'id', heights).rows.map((row) => row.candidate.id)).toEqual(['9.2', '9.10']);
    expect(layoutRows(candidates, 'changes', heights).rows.map((row) => row.candidate.id)).toEqual(['9.2', '9.10']);
    expect(layoutRows(candidates, 'id', heights).groups).toHaveLength(1);
  });

  it('never lets rows or headings touch, whatever the states', () => {
    const status = fc.constantFrom<ShownCandidate['status']>('waiting', 'training', 'measured', 'eliminated');
    const any = fc.array(fc.tuple(status, fc.integer({ min: 0, max: 3 })), { maxLength: 64 });
    fc.assert(
      fc.property(any, (states) => {
        const layout = layoutRows(states.map(([state, stage], index) => candidate(`1.${index}`, state, stage, [])), 'stage', heights);
        const boxes = [
          ...layout.rows.map(({ top }) => [top, top + heights.rowPitch] as const),
          ...layout.groups.map(({ top }) => [top, top + heights.groupHead] as const),
        ].toSorted((a, b) => a[0] - b[0]);
        for (let index = 1; index < boxes.length; index++) expect(boxes[index]?.[0]).toBeGreaterThanOrEqual(boxes[index - 1]?.[1] ?? 0);
        expect(layout.rows.length + layout.groups.reduce((sum, { hidden }) => sum + hidden, 0)).toBe(states.length);
        expect(Math.max(0, ...boxes.map((box) => box[1]))).toBeLessThanOrEqual(layout.height);
      }),
    );
  });

  it('counts those that left first where there are more than 32', () => {
    const many = Array.from({ length: 56 }, (_, index) => candidate(`1.${index}`, index < 8 ? 'waiting' : 'eliminated', index < 8 ? 1 : 0, [2]));
    const layout = layoutRows(many, 'stage', heights);
    expect(layout.rows).toHaveLength(32);
    expect(layout.groups.at(-1)?.hidden).toBe(24);
  });

  it('can be held in place while its candidates change', () => {
    const before = layoutRows([candidate('1.1', 'measured', 0, [1]), candidate('1.2', 'measured', 0, [2])], 'stage', heights);
    const now = layoutRows([candidate('1.1', 'eliminated', 0, [1]), candidate('1.2', 'waiting', 1, [2])], 'stage', heights);
    const held = inPlace(before, now);
    expect(held?.rows.map(({ candidate: { id, status }, top, fade }) => [id, status, top, fade])).toEqual([
      ['1.1', 'eliminated', before.rows[0]?.top, 0.5],
      ['1.2', 'waiting', before.rows[1]?.top, 1],
    ]);
    expect(inPlace(before, layoutRows([candidate('2.1', 'waiting', 0, [])], 'stage', heights))).toBeNull();
  });
});
