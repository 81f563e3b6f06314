import fc from 'fast-check';
import { expect, it } from 'vitest';
import { changeLabels, placeLabels } from './change-labels.ts';

it('names what changed, and when the measure did', () => {
  const stage = (fitnessTokens: number) => [{ survivors: 1, fitnessTokens, trainingTokens: 0 }];
  const changes = [
    { generation: 3, before: { maxFlips: 3 }, after: { maxFlips: 2 } },
    { generation: 8, before: { stages: stage(512) }, after: { stages: stage(1024) } },
    { generation: 9, before: { maxFlips: 2 }, after: { maxFlips: 4 } },
  ];
  expect(changeLabels(changes, 8)).toEqual([
    { generation: 3, text: 'max flips 3 → 2', short: 'max flips 2' },
    { generation: 8, text: 'stage 1 test tokens 512 → 1,024, measure changed', short: 'stage 1 test tokens 1,024, measure changed' },
  ]);
});

it('names a parent that the user chose, in its place among the changes', () => {
  const parent = (id: string) => ({ id, genome: [], size: 0 });
  const chosen = [{ generation: 2, before: parent('1.02'), parent: parent('1.04') }, { generation: 9, before: parent('8.01'), parent: parent('7.01') }];
  expect(changeLabels([{ generation: 3, before: { maxFlips: 3 }, after: { maxFlips: 2 } }], 8, chosen)).toEqual([
    { generation: 2, text: 'parent 1.02 → 1.04', short: 'parent 1.04' },
    { generation: 3, text: 'max flips 3 → 2', short: 'max flips 2' },
  ]);
});

it('never lets labels touch', () => {
  const generations = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 8 }).map((list) => list.toSorted((a, b) => a - b));
  fc.assert(
    fc.property(generations, fc.integer({ min: 1, max: 30 }), (list, letters) => {
      const placed = placeLabels(list.map((generation) => ({ generation, text: 'x'.repeat(letters), short: 'x'.repeat(Math.ceil(letters / 2)) })), (generation) => 34 + generation * 12, 0, 800);
      const spans = placed
        .filter(({ shown }) => shown.startsWith('x'))
        .map(({ x, anchor, shown }) => (anchor === 'start' ? [x, x + shown.length * 6] : [x - shown.length * 6, x]));
      for (let index = 1; index < spans.length; index++) expect(spans[index]?.[0]).toBeGreaterThanOrEqual(spans[index - 1]?.[1] ?? 0);
      expect(placed).toHaveLength(list.length);
    }),
  );
});
