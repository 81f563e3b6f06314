import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { killHeadless } from './kills.ts';
import { soakHeadless } from './soak-headless.ts';

/**
 * `npm run soak -- [--minutes 60] [--seed 1]`: runs with random pauses, kills, lost devices, full disks and changes of settings, whose
 * invariants are checked after each. `--kills 200`: a headless process is killed at random points that often. `--browser`: the same in the built
 * page. Ends with 1 where an invariant was violated.
 */
const { values } = parseArgs({
  options: { minutes: { type: 'string' }, kills: { type: 'string' }, losses: { type: 'string' }, seed: { type: 'string', default: '1' }, browser: { type: 'boolean', default: false } },
  strict: true,
});
const number = (text: string | undefined): number => (text === undefined ? 0 : Number(text));
const seed = number(values.seed);
const folder = await mkdtemp(join(tmpdir(), 'soak-'));
const began = performance.now();
const say = (line: string): void => console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(7)} s  ${line}`);

async function faultsOf(): Promise<string[]> {
  const options = { folder, seed, say, kills: number(values.kills), losses: number(values.losses), minutes: number(values.minutes) };
  if (!values.browser) return options.kills > 0 ? await killHeadless(options) : await soakHeadless({ ...options, minutes: options.minutes || 1 });
  const browser = await import('./soak-browser.ts');
  return await browser.soakBrowser(options);
}

try {
  const faults = await faultsOf();
  for (const fault of faults) console.error(fault);
  console.log(faults.length === 0 ? 'No invariant was violated.' : `${faults.length} violated.`);
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
