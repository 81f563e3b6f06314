import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonText } from './json-text.ts';

it('holds what it was given, whatever that is', () => {
  const strings = fc.oneof(fc.string(), fc.constantFrom('[\n 1,\n 2\n]', '"factor": 8,\n', '\\"rope_theta": 1\n', '[ 1 ]'));
  const values = fc.object({ key: strings, values: [strings, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.boolean(), fc.constant(null)], maxDepth: 3 });
  fc.assert(
    fc.property(values, (json) => {
      expect(JSON.parse(jsonText(json))).toEqual(JSON.parse(JSON.stringify(json)));
    }),
    { numRuns: 500 },
  );
});

it('is sorted, with numbers on one line and floats where they are wanted', () => {
  expect(jsonText({ b: [{ heads: [3, 1, 2], ff: 7 }], a: { factor: 8, rope_theta: 1e4 }, rope_theta: 0.5, c: ['x'], d: [] })).toBe(
    `{
  "a": {
    "factor": 8.0,
    "rope_theta": 10000.0
  },
  "b": [
    {
      "heads": [3, 1, 2],
      "ff": 7
    }
  ],
  "c": [
    "x"
  ],
  "d": [],
  "rope_theta": 0.5
}
`,
  );
});
