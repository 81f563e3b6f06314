import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GenerationRecord } from '../../store/run-state.ts';
import { changeCounts, generationAt, historyLines, lineTop, numberedGenerations, survivorShare, timesChanged } from './history-lines.ts';

const record = (generation: number, genome: readonly number[], candidates: GenerationRecord['candidates'] = []): GenerationRecord => ({
  generation,
  from: { id: '0.00', genome: [], size: 0 },
  parent: { id: `${generation}.01`, genome, size: 0 },
  fitness: 1, previousParentFitness: 1, replaced: true, stageBest: [], candidates, forwardTokens: 0, trainedTokens: 0, at: 0,
});

describe('history lines', () => {
  it('grows its capacity and ends with the run', () => {
    expect([1, 16, 17, 33, 65].map((now) => historyLines(now, 120, 192).capacity)).toEqual([16, 16, 32, 64, 96]);
    expect(historyLines(1, 20, 192)).toEqual({ capacity: 20, lineHeight: 9, stride: 1, height: 180 });
    expect(historyLines(46, 40, 192).capacity).toBe(46);
    expect(historyLines(1000, 1000, 192)).toMatchObject({ lineHeight: 1, stride: 6 });
  });

  it('is 3 px a line for 64 generations in 192 px', () => {
    expect(historyLines(46, 120, 192)).toEqual({ capacity: 64, lineHeight: 3, stride: 1, height: 192 });
  });

  it('gives every generation a line of whole pixels within the height', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 64, max: 400 }), (now, planned, most) => {
        const lines = historyLines(now, planned, most);
        expect(lines.height).toBeLessThanOrEqual(most);
        expect(Number.isInteger(lines.lineHeight)).toBe(true);
        const top = lineTop(lines, now);
        expect(top + lines.lineHeight).toBeLessThanOrEqual(lines.height);
        expect(generationAt(lines, top, now)).toBe(now);
        if (now < lines.capacity) expect(generationAt(lines, lines.height + 1, now)).toBeNull();
      }),
    );
  });

  it('numbers round generations that do not touch', () => {
    expect(numberedGenerations(historyLines(46, 120, 192))).toEqual([1, 10, 20, 30, 40, 50, 60]);
    expect(numberedGenerations(historyLines(12, 20, 192))).toEqual([1, 4, 8, 12, 16, 20]);
  });

  it('counts changes of the parent', () => {
    const history = [record(1, [5, 5]), record(2, [4, 6]), record(3, [4, 6]), record(4, [3, 6])];
    expect(timesChanged(history, [5, 5])).toEqual([[0, 0], [1, 1], [1, 1], [2, 1]]);
    expect(changeCounts(history, [5, 5])).toEqual([2, 1]);
  });

  it('averages what the last stage kept', () => {
    const candidates = [
      { id: 'a', genome: [0, 2], changed: [], fitness: [1, 1], losses: [] },
      { id: 'b', genome: [2, 2], changed: [], fitness: [1, 1], losses: [] },
      { id: 'c', genome: [9, 9], changed: [], fitness: [1], losses: [] },
    ];
    expect(survivorShare(record(1, [0, 2], candidates), (_, level) => 1 - level / 4)).toEqual([0.75, 0.5]);
  });
});
