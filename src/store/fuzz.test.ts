import { describe, expect, test } from 'vitest';
import { parsers, partsOf } from '../../scripts/fuzz/parsers.ts';
import { inputOf, runInput } from '../../scripts/fuzz/run-input.ts';

/** A share of `npm run fuzz`, which hands in 100,000 and also sees what hangs. */
const parts = partsOf(2000, parsers);

describe('broken inputs are read or explained', () => {
  test.each(parsers.map((parser) => [parser.name, parser] as const))('%s', async (_, parser) => {
    const ends = { read: 0, refused: 0, failed: 0 };
    for (let number = 0; number < (parts.get(parser) ?? 0); number++) {
      const run = await runInput(parser, inputOf(parser, 2, number));
      if (run.fault !== null) throw new Error(`input ${number} of seed 2: ${run.fault}`);
      ends[run.outcome]++;
    }
    // Both ends are reached, so that it is not the first check that catches all, nor none that catches any.
    expect(ends.read).toBeGreaterThan(0);
    expect(ends.refused).toBeGreaterThan(0);
  });
});
