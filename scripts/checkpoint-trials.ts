import fc from 'fast-check';
import { steps } from '../src/run/checkpoints/checkpoint-history.fixture.ts';
import { tryDamage, tryErrors, tryPowerCuts } from '../src/run/checkpoints/checkpoint-trials.fixture.ts';

/** Power cuts, errors and damage in checkpoints of random histories: `tsx scripts/checkpoint-trials.ts [histories] [seed]`. The tests run a few. */

const [histories = 200, seed = 1] = process.argv.slice(2).map(Number);
const counts = { 'power cuts': 0, 'failed operations': 0, 'damaged files': 0 };
await fc.assert(
  fc.asyncProperty(steps, fc.nat(), async (history, own) => {
    counts['power cuts'] += await tryPowerCuts(history, own);
    counts['failed operations'] += 2 * (await tryErrors(history)).operations;
    counts['damaged files'] += await tryDamage(history, own);
  }),
  { numRuns: histories, seed },
);
console.log(`${histories} histories:`, counts);
