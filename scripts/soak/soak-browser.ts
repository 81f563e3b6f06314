import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findChromium } from '../find-chromium.mjs';

export interface BrowserSoakOptions {
  readonly seed: number;
  readonly kills: number;
  readonly losses: number;
  readonly minutes: number;
}

/** Runs the specs of `e2e/soak` that were asked for, in the built page. Returns what was violated. */
export async function soakBrowser({ seed, kills, losses, minutes }: BrowserSoakOptions): Promise<string[]> {
  const specs = [...(kills > 0 ? ['kills'] : []), ...(losses > 0 ? ['losses'] : []), ...(minutes > 0 ? ['chaos'] : [])];
  if (specs.length === 0) throw new RangeError('say --kills, --losses or --minutes');
  const environment = { SOAK: '1', SOAK_SEED: String(seed), SOAK_KILLS: String(kills), SOAK_LOSSES: String(losses), SOAK_MINUTES: String(minutes), CHROMIUM_PATH: process.env['CHROMIUM_PATH'] ?? (await findChromium()) };
  const playwright = fileURLToPath(new URL('../../node_modules/@playwright/test/cli.js', import.meta.url));
  const child = spawn(process.execPath, [playwright, 'test', ...specs.map((name) => `e2e/soak/${name}.spec.ts`)], { stdio: 'inherit', env: { ...process.env, ...environment } });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  return code === 0 ? [] : [`Playwright ended with ${String(code)}`];
}
