/**
 * Makes the recorded run that the first visit shows: `node scripts/make-recording.mjs [RUN_FOLDER]`.
 *
 * Without a folder the run is made first (some 15 minutes on two cores); a folder is one that `npm run headless` wrote.
 * - public/recordings/tales-6m.jsonl.gz: its events. Nothing is made up; left out are events that show nothing (memory, most of the
 *   progress and estimates, most steps of training), and times are rounded to milliseconds, losses to four decimals.
 * - public/recordings/index.json: what it is, where and when it ran.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { inRoot } from './paths.mjs';
import { runCommand } from './run-command.mjs';

const NAME = 'tales-6m';
const THREADS = 2;
const CONFIG = {
  version: 1,
  seed: 7,
  target: { sparsity: 0.5 },
  granularity: 'query-head',
  calibrationTokens: 65_536,
  search: {
    generations: 60,
    offspring: 8,
    stages: [
      { survivors: 4, fitnessTokens: 512, trainingTokens: 512 },
      { survivors: 1, fitnessTokens: 2048, trainingTokens: 1024 },
    ],
  },
  postTraining: { tokens: 102_400, learningRate: 2e-4 },
  evaluation: { tokens: 32_768 },
};

/** What is kept of events that come by the hundred: of each group the last, and the given share of the others. */
const THINNED = {
  'phase-progress': { group: ({ phase }) => phase, keep: 8 },
  estimate: { group: () => '', keep: 2 },
  'module-progress': { group: ({ module }) => module, keep: 2 },
  'candidate-training': { group: ({ generation, stage, id }) => `${generation} ${stage} ${id}`, keep: 3 },
  'post-training-step': { group: () => '', keep: 80 },
};
const LEFT_OUT = new Set(['memory', 'memory-planned']);

const rounded = (value, decimals) => Number(value.toFixed(decimals));

function lighter(event) {
  const light = { ...event, at: rounded(event.at, 3) };
  if (typeof event.loss === 'number') light.loss = rounded(event.loss, 4);
  return light;
}

/** The events that the recording keeps, in their order. */
export function thin(events) {
  const sizes = new Map();
  const groupOf = (event) => `${event.type} ${THINNED[event.type].group(event)}`;
  for (const event of events) if (event.type in THINNED) sizes.set(groupOf(event), (sizes.get(groupOf(event)) ?? 0) + 1);
  const seen = new Map();
  const isKept = (event) => {
    if (LEFT_OUT.has(event.type)) return false;
    if (!(event.type in THINNED)) return true;
    const group = groupOf(event);
    const place = (seen.get(group) ?? 0) + 1;
    seen.set(group, place);
    const [all, keep] = [sizes.get(group), THINNED[event.type].keep];
    return Math.floor((place * keep) / all) > Math.floor(((place - 1) * keep) / all);
  };
  return events.filter(isKept).map(lighter);
}

const find = (events, type) => events.find((event) => event.type === type);

/** The entry of index.json. */
export function describe(events, bytes) {
  const { config, startedAt } = find(events, 'run-started');
  const { device } = find(events, 'device');
  return {
    id: NAME,
    file: `${NAME}.jsonl.gz`,
    title: 'A recorded run',
    model: config.model,
    startedAt,
    device: `${device.label}, in Node.js`,
    generations: events.filter(({ type }) => type === 'generation-finished').length,
    seconds: Math.round(events.at(-1).at),
    events: events.length,
    bytes,
  };
}

async function record() {
  const folder = mkdtempSync(join(tmpdir(), 'recording-'));
  const config = join(folder, 'config.json');
  writeFileSync(config, JSON.stringify(CONFIG));
  const code = await runCommand(process.execPath, [inRoot('scripts', 'headless.mjs'), '--config', config, '--out', folder, '--threads', String(THREADS)]);
  if (code !== 0) throw new Error(`the run failed with code ${code}`);
  return folder;
}

function publish(folder) {
  const lines = readFileSync(join(folder, 'events.jsonl'), 'utf8').trim().split('\n');
  const events = thin(lines.map((line) => JSON.parse(line)));
  if (events.at(-1).type !== 'run-finished') throw new Error('the run did not come to its end');
  const packed = gzipSync(events.map((event) => `${JSON.stringify(event)}\n`).join(''), { level: 9 });
  const entry = describe(events, packed.length);
  mkdirSync(inRoot('public', 'recordings'), { recursive: true });
  writeFileSync(inRoot('public', 'recordings', entry.file), packed);
  writeFileSync(inRoot('public', 'recordings', 'index.json'), `${JSON.stringify({ version: 1, recordings: [entry] }, null, 2)}\n`);
  console.log(`${entry.file}: ${entry.generations} generations, ${events.length} of ${lines.length} events, ${packed.length} bytes`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const given = process.argv[2];
  const folder = given ?? (await record());
  publish(folder);
  if (given === undefined) rmSync(folder, { recursive: true });
}
