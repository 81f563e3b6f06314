import { type ChildProcess, spawn } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Random, randomFor } from '../../src/base/random.ts';
import { canonicalLog } from '../../src/run/canonical-log.ts';
import { parseEvents } from '../../src/store/parse-events.ts';
import { subjectConfig, subjectNames, writeTexts, type SubjectName } from './subject.ts';

const headless = fileURLToPath(new URL('../../src/cli/headless.ts', import.meta.url));

/** Share of the kills that come anywhere in a process's life, its start too; the others when it is at work again. */
const anywhere = 0.3;
/** Milliseconds until a kill, at most. */
const longestLife = 3000;
/** What a process says once it computes what was not saved. */
const atWork = /generation \d|post-training|KL |can be written/;
/** A run that does not end within so many milliseconds hangs. */
const patience = 180_000;

interface Life {
  /** Null where it was killed. */
  readonly code: number | null;
  readonly errors: string;
}

/** One life of the headless command, killed after so many milliseconds; `working`: counted from when it works. */
function live(args: readonly string[], milliseconds: number, working = false): Promise<Life> {
  return new Promise((resolve, reject) => {
    const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', headless, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const timers = [setTimeout(() => child.kill('SIGKILL'), working ? patience : milliseconds)];
    let [output, errors] = ['', ''];
    child.stdout?.on('data', (data: Buffer) => {
      output += data.toString();
      if (working && timers.length === 1 && atWork.test(output)) timers.push(setTimeout(() => child.kill('SIGKILL'), milliseconds));
    });
    child.stderr?.on('data', (data: Buffer) => (errors += data.toString()));
    child.once('error', reject);
    child.once('exit', (code) => {
      for (const timer of timers) clearTimeout(timer);
      resolve({ code, errors });
    });
  });
}

const linesOf = async (out: string): Promise<string[]> => canonicalLog(await parseEvents(await readFile(join(out, 'events.jsonl'), 'utf8')));

/** Runs to the end without being disturbed. */
async function unbroken(config: string, out: string): Promise<string[]> {
  const { code, errors } = await live(['--config', config, '--out', out, '--threads', '1'], patience);
  if (code !== 0) throw new Error(`the unbroken run ended with ${code}: ${errors}`);
  return await linesOf(out);
}

interface Broken {
  readonly kills: number;
  readonly lines: readonly string[];
}

/** Runs to the end, killed at random again and again. */
async function broken(config: string, out: string, random: Random, most: number): Promise<Broken> {
  let kills = 0;
  for (;;) {
    const life = kills < most ? random.below(longestLife) : patience;
    const { code, errors } = await live(['--config', config, '--out', out, '--threads', '1', '--resume'], life, kills < most && random.unit() >= anywhere);
    if (code === 0) return { kills, lines: await linesOf(out) };
    if (code !== null) throw new Error(`a life ended with ${code} after ${kills} kills: ${errors}`);
    if (life === patience) throw new Error(`the run hangs after ${kills} kills`);
    kills++;
  }
}

/** The first line in which two logs differ, in words; null where they are equal. */
export function difference(expected: readonly string[], found: readonly string[]): string | null {
  const index = expected.findIndex((line, at) => line !== found[at]);
  if (index < 0 && found.length === expected.length) return null;
  const at = index < 0 ? expected.length : index;
  return `line ${at + 1} of ${expected.length} and ${found.length}:\n  unbroken ${expected[at]?.slice(0, 400)}\n  broken   ${found[at]?.slice(0, 400)}`;
}

export interface KillOptions {
  readonly folder: string;
  readonly kills: number;
  readonly seed: number;
  readonly say: (line: string) => void;
}

/** Kills headless runs at random points, resumes each, and compares its log with that of the unbroken run. Returns what went wrong. */
export async function killHeadless({ folder, kills: wanted, seed, say }: KillOptions): Promise<string[]> {
  const texts = await writeTexts(folder);
  const faults: string[] = [];
  const references = new Map<SubjectName, readonly string[]>();
  let kills = 0;
  for (let round = 0; kills < wanted; round++) {
    const name = subjectNames[round % subjectNames.length] ?? 'trained stages';
    const config = join(folder, `${name.replaceAll(/\W+/g, '-')}.json`);
    await writeFile(config, JSON.stringify(subjectConfig(name, seed, texts)));
    const expected = references.get(name) ?? (await unbroken(config, join(folder, `unbroken-${round}`)));
    references.set(name, expected);
    const out = join(folder, `broken-${round}`);
    const { kills: here, lines } = await broken(config, out, randomFor(seed, 'kills', round), wanted - kills);
    kills += here;
    const fault = difference(expected, lines);
    say(`run ${round + 1}, ${name}: ${here} kills, ${lines.length} lines, ${fault === null ? 'equal to the unbroken run' : `DIFFERENT, ${fault}`}; ${kills} kills in all`);
    if (fault !== null) faults.push(`run ${round + 1} (${name}): ${fault}`);
    else await rm(out, { recursive: true, force: true });
  }
  return faults;
}
