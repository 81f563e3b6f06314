import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { canonicalLog } from '../run/canonical-log.ts';
import type { RunEvent } from '../run/run-events.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headless-resume-'));
  const text = (from: number, count: number): string => Array.from({ length: count }, (_, index) => `On day ${from + index} the fox counted ${index * 7} stones.\n`).join('');
  await writeFile(join(folder, 'training.txt'), text(0, 400));
  await writeFile(join(folder, 'held-out.txt'), text(5000, 120));
});
afterAll(() => rm(folder, { recursive: true }));

async function config(seed: number): Promise<string> {
  const path = join(folder, `run-${seed}.json`);
  const search = { generations: 5, offspring: 6, stages: [{ survivors: 2, fitnessTokens: 128, trainingTokens: 0 }, { survivors: 1, fitnessTokens: 128, trainingTokens: 64 }] };
  const texts = { training: join(folder, 'training.txt'), heldOut: join(folder, 'held-out.txt') };
  await writeFile(path, JSON.stringify({ version: 1, seed, model: join(root, 'fixtures/models/tiny-bytes'), texts, search, calibrationTokens: 256, evaluation: { tokens: 128 }, exports: [] }));
  return path;
}

/** Without the script that starts it, so that a kill meets the run itself. */
const start = (...args: string[]): ChildProcess => spawn(process.execPath, ['--import', 'tsx', join(root, 'src/cli/headless.ts'), '--threads', '1', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });

/** Waits for the end, or for a line of the output, at which the process is killed. Its exit code, null where it was killed, and what it complained of. */
function ended(child: ChildProcess, killAt?: RegExp): Promise<{ code: number | null; errors: string }> {
  return new Promise((resolve) => {
    let [output, errors] = ['', ''];
    child.stdout?.on('data', (data: Buffer) => {
      output += data.toString();
      if (killAt?.test(output)) child.kill('SIGKILL');
    });
    child.stderr?.on('data', (data: Buffer) => (errors += data.toString()));
    child.once('exit', (code) => resolve({ code, errors }));
  });
}

const eventsOf = async (out: string): Promise<RunEvent[]> => (await readFile(join(out, 'events.jsonl'), 'utf8')).trimEnd().split('\n').map((line) => JSON.parse(line) as RunEvent);

test('a process that was killed goes on where it was, and tells what the unbroken one tells', { timeout: 300_000 }, async () => {
  const path = await config(1);
  const [whole, broken] = [join(folder, 'whole'), join(folder, 'broken')];
  expect(await ended(start('--config', path, '--out', whole))).toEqual({ code: 0, errors: '' });
  expect(await ended(start('--config', path, '--out', broken), /generation 3:/)).toEqual({ code: null, errors: '' });
  expect(await readdir(broken)).toContain('.checkpoint');
  // Another run's settings are not taken for this one's.
  const other = await ended(start('--config', await config(2), '--out', broken, '--resume'));
  expect(other).toMatchObject({ code: 1, errors: expect.stringContaining('other settings') as string });
  expect(await ended(start('--config', path, '--out', broken, '--resume'))).toEqual({ code: 0, errors: '' });
  const events = await eventsOf(broken);
  const [resumed] = events.filter((event) => event.type === 'run-resumed');
  expect(resumed?.events).toBeGreaterThan(20);
  expect(canonicalLog(events)).toEqual(canonicalLog(await eventsOf(whole)));
  expect((await readdir(broken)).toSorted()).toEqual(['events.jsonl', 'result.json', 'run.json']);
});
