import fc from 'fast-check';
import { expect, it } from 'vitest';
import { draggedSpan, movedSpan, scaledSpan } from './zoom-span.ts';

const whole = { from: 0, to: 100 };

it('zooms to what was dragged over, in either direction, and to all of it', () => {
  expect(draggedSpan(60, 20, whole)).toEqual({ from: 20, to: 60 });
  expect(draggedSpan(0, 100, whole)).toBeNull();
});

it('keeps the place under the pointer', () => {
  expect(scaledSpan({ from: 20, to: 60 }, 30, 0.5, whole)).toEqual({ from: 25, to: 45 });
  expect(scaledSpan({ from: 20, to: 60 }, 30, 4, whole)).toBeNull();
});

it('moves by half, as far as there is anything', () => {
  expect(movedSpan({ from: 20, to: 60 }, 1, whole)).toEqual({ from: 40, to: 80 });
  expect(movedSpan({ from: 20, to: 60 }, -1, whole)).toEqual({ from: 0, to: 40 });
  expect(movedSpan({ from: 50, to: 90 }, 1, whole)).toEqual({ from: 60, to: 100 });
});

it('never leaves the whole, nor becomes nothing', () => {
  const place = fc.double({ min: 0, max: 100, noNaN: true });
  fc.assert(
    fc.property(place, place, fc.constantFrom(0.01, 0.5, 2), (a, b, factor) => {
      const span = draggedSpan(a, b, whole);
      const zoomed = span && scaledSpan(span, (a + b) / 2, factor, whole);
      for (const each of [span, zoomed]) {
        if (!each) continue;
        expect(each.from).toBeGreaterThanOrEqual(0);
        expect(each.to).toBeLessThanOrEqual(100.0000001);
        expect(each.to - each.from).toBeGreaterThanOrEqual(0.1999);
      }
    }),
  );
});
