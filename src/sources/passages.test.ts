import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutPassages, evenOrder } from './passages.ts';

test('passages tile their documents and are of about the length asked for', () => {
  const documents = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', '🦊'), maxLength: 300 }));
  fc.assert(fc.property(documents, fc.integer({ min: 1, max: 60 }), (texts, target) => {
    const passages = cutPassages(texts, target);
    texts.forEach((text, document) => {
      const own = passages.filter((passage) => passage.document === document);
      expect(own.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text);
      own.slice(0, -1).forEach(({ start, end }) => {
        expect(end - start).toBeGreaterThanOrEqual(target);
        expect(end - start).toBeLessThanOrEqual(2 * target + 1);
      });
      // No passage begins in the middle of a character.
      for (const { start } of own) expect(text.charCodeAt(start)).not.toBeOneOf([0xdd8a]);
    });
  }));
});

test('a passage ends with a line where there is one, else with a word', () => {
  expect(cutPassages(['one two\nthree four\nfive'], 5)).toEqual([
    { document: 0, start: 0, end: 8 },
    { document: 0, start: 8, end: 13 },
    { document: 0, start: 13, end: 19 },
    { document: 0, start: 19, end: 23 },
  ]);
});

test('every run of the even order is spread evenly', () => {
  fc.assert(fc.property(fc.integer({ min: 10, max: 3000 }), fc.nat(), fc.nat(), (count, a, b) => {
    const order = evenOrder(count);
    expect([...order].sort((x, y) => x - y)).toEqual(Array.from({ length: count }, (_, index) => index));
    const [start, end] = [a % count, b % count].sort((x, y) => x - y) as [number, number];
    const run = order.subarray(start, end);
    // The three-gap theorem keeps every half's share of a run within a few of half of it.
    const early = run.filter((index) => index < count / 2).length;
    expect(Math.abs(early - run.length / 2)).toBeLessThanOrEqual(6);
  }));
});
