import { expect, it } from 'vitest';
import { terms, termsByName } from './terms.ts';

const named = termsByName.map((id) => terms[id].name);

it('every term has one name, and a plain sentence or three', () => {
  expect(new Set(named).size).toBe(named.length);
  for (const id of termsByName) {
    const { text } = terms[id];
    expect(text).toMatch(/^[A-Z0-9].*\.$/);
    expect(text.length).toBeLessThan(240);
  }
});

it('terms come in the order of their names', () => {
  expect(named.map((name) => name.toLowerCase())).toEqual(named.map((name) => name.toLowerCase()).toSorted());
});
