import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GenerationRecord } from '../../store/run-state.ts';
import { generationAt, generationCapacity, historyLines, lineTop, survivorShare, timesChanged } from './history-lines.ts';

const record = (generation: number, genome: readonly number[], candidates: GenerationRecord['candidates'] = []): GenerationRecord => ({
  generation,
  parent: { id: `${generation}.01`, genome, size: 0 },
  fitness: 1, previousParentFitness: 1, replaced: true, stageBest: [], candidates, forwardTokens: 0, trainedTokens: 0, at: 0,
});

describe('history lines', () => {
  it('doubles its capacity and ends with the run', () => {
    expect([1, 16, 17, 33].map((now) => generationCapacity(now, 120))).toEqual([16, 16, 32, 64]);
    expect(generationCapacity(17, 20)).toBe(20);
    expect(generationCapacity(46, 40)).toBe(46);
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

  it('counts changes of the parent', () => {
    const rows = timesChanged([record(1, [5, 5]), record(2, [4, 6]), record(3, [4, 6]), record(4, [3, 6])], [5, 5]);
    expect(rows).toEqual([[0, 0], [1, 1], [1, 1], [2, 1]]);
  });

  it('averages what the last stage kept', () => {
    const candidates = [
      { id: 'a', genome: [0, 2], changed: [], fitness: [1, 1] },
      { id: 'b', genome: [2, 2], changed: [], fitness: [1, 1] },
      { id: 'c', genome: [9, 9], changed: [], fitness: [1] },
    ];
    expect(survivorShare(record(1, [0, 2], candidates), (_, level) => 1 - level / 4)).toEqual([0.75, 0.5]);
  });
});
