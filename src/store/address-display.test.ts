import fc from 'fast-check';
import { expect, it } from 'vitest';
import { displayNames, readDisplay, writeDisplay } from './address-display.ts';
import { defaultDisplay, displayChoices, displayStore, stepGeneration, type Display } from './display-store.ts';

const displays: fc.Arbitrary<Display> = fc.record({
  x: fc.constantFrom(...displayChoices.x),
  y: fc.constantFrom(...displayChoices.y),
  layout: fc.constantFrom(...displayChoices.layout),
  paint: fc.constantFrom(...displayChoices.paint),
  sort: fc.constantFrom(...displayChoices.sort),
  historyMode: fc.constantFrom(...displayChoices.historyMode),
  table: fc.constant(false),
  viewing: fc.option(fc.integer({ min: 1, max: 999_999 })),
});

const parametersOf = (display: Display): URLSearchParams =>
  new URLSearchParams(Object.entries(writeDisplay(display)).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));

it('goes into the address and comes back as it was', () => {
  fc.assert(
    fc.property(displays, (display) => {
      const { display: read, ignored } = readDisplay(parametersOf(display));
      expect({ ...defaultDisplay, ...read }).toEqual(display);
      expect(ignored).toEqual([]);
    }),
  );
});

it('writes nothing of what is usual, and names every parameter that it may write', () => {
  expect([...parametersOf(defaultDisplay)]).toEqual([]);
  expect(Object.keys(writeDisplay(defaultDisplay)).toSorted()).toEqual([...displayNames].toSorted());
});

it('names what it cannot read, takes the rest, and never throws', () => {
  expect(readDisplay(new URLSearchParams('x=time&y=cubic&gen=0&sort=toString&show=changes'))).toEqual({
    display: { x: 'time', paint: 'changes' },
    ignored: ['y=cubic', 'sort=toString', 'gen=0'],
  });
  fc.assert(
    fc.property(fc.constantFrom(...displayNames), fc.string(), (name, text) => {
      const { display, ignored } = readDisplay(new URLSearchParams([[name, text]]));
      expect(Object.keys(display).length + ignored.length).toBe(1);
    }),
  );
});

it('steps through generations and ends at live', () => {
  const at = (viewing: number | null, by: 1 | -1, finished: number) => {
    displayStore.setState({ viewing });
    stepGeneration(by, finished);
    return displayStore.getState().viewing;
  };
  expect(at(null, -1, 7)).toBe(7);
  expect(at(7, 1, 7)).toBeNull();
  expect(at(1, -1, 7)).toBe(1);
  expect(at(null, -1, 0)).toBeNull();
});
