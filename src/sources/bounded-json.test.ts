import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { duplicateKey, jsonDepth, parseJsonObject } from './bounded-json.ts';

/** Depth of a value by walking it. */
function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

test('the depth of any JSON is that of its value', () => {
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => jsonDepth(JSON.stringify(value)) === depthOf(value)));
});

test.each([
  ['brackets in strings', '["[[[", "{\\"[", "\\\\"]', 1],
  ['a list that is never closed', '['.repeat(100), 100],
  ['more closed than opened', ']]]][', 0],
  ['a string that is never closed', '"[[[', 0],
])('%s', (_, text, depth) => expect(jsonDepth(text)).toBe(depth));

describe('objects', () => {
  test('one that is nested as deep as it may be', () => {
    expect(parseJsonObject('{"a": [1]}', 2)).toEqual({ json: { a: [1] } });
  });

  test.each([
    ['one level more', '{"a": [[1]]}', /deeper than 2/],
    ['a million lists', `{"a": ${'['.repeat(1_000_000)}`, /deeper than 2/],
    ['a list', '[1]', /not a JSON object/],
    ['null', 'null', /not a JSON object/],
    ['half an object', '{"a": 1', /not JSON/],
  ])('refused: %s', (_, text, words) => {
    const result = parseJsonObject(text, 2);
    expect('fault' in result && result.fault).toMatch(words);
  });

  test('a key called __proto__ is a key like others', () => {
    const result = parseJsonObject('{"__proto__": {"polluted": true}}', 2);
    if (!('json' in result)) throw new Error(result.fault);
    expect(Object.getPrototypeOf(result.json)).toBe(Object.prototype);
    expect(Object.keys(result.json)).toEqual(['__proto__']);
    expect('polluted' in result.json).toBe(false);
  });
});

test.each([
  ['{"a": 1, "b": {"a": 2}, "c": [{"a": 3}]}', null],
  ['{"a": 1, "b": {"c": 2, "\\u0063": 3}}', 'c'],
  ['{"a": "a: {", "b" : "\\"a\\":"}', null],
  ['[{"a": 1}, {"a": 1}, {"b": 0, "b" : 0}]', 'b'],
])('a key that is there twice: %s', (text, key) => expect(duplicateKey(text)).toBe(key));
