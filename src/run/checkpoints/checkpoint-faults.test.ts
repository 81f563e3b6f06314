import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { steps, type Step } from './checkpoint-history.fixture.ts';
import { tryDamage, tryErrors, tryPowerCuts } from './checkpoint-trials.fixture.ts';

/** A small share of scripts/checkpoint-trials.ts. */
const few = { numRuns: 5, seed: 1 };

describe('a checkpoint, whatever fails,', () => {
  it('opens as the last commit or the one under way, whole, whenever the power goes', async () => {
    await fc.assert(fc.asyncProperty(steps, fc.nat(), async (history, seed) => void (await tryPowerCuts(history, seed))), few);
  });

  it('outlives an error of any single operation: nothing is lost, nothing is left over', async () => {
    const history: readonly Step[] = [
      { type: 'put', kind: 'module', module: 0, size: 300 },
      { type: 'commit', events: 3, long: false },
      { type: 'put', kind: 'state', module: 0, size: 200 },
      { type: 'put', kind: 'best', module: 0, size: 100 },
      { type: 'commit', events: 2, long: false },
      { type: 'reopen' },
      { type: 'put', kind: 'state', module: 0, size: 400 },
      { type: 'commit', events: 4, long: false },
      { type: 'commit', events: 0, long: false },
    ];
    const { operations, faults } = await tryErrors(history);
    expect(faults).toBeGreaterThan(operations); // of two for each operation; those of clearing up are heard of by nobody
  });

  it('detects flipped bits, cuts and growth of any file, and never opens as what was not committed', async () => {
    await fc.assert(fc.asyncProperty(steps, fc.nat(), async (history, seed) => void (await tryDamage(history, seed))), few);
  });
});
