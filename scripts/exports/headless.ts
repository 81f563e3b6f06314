import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const inRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Has the headless command export a model as it is, in a process of its own; throws with what it said where it failed. */
export function exportHeadless(args: readonly string[]): void {
  const command = [inRoot('scripts/headless.mjs'), ...args, '--export-only'];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8', maxBuffer: 64 << 20 });
  if (status !== 0) throw new Error(`the headless runner ended with code ${status}: ${stderr}${stdout}`);
}
