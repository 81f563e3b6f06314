// Whether early stop changes what a search finds, and what it saves (docs/performance.md): tales-6m, with and without, over several seeds.
// node scripts/early-stop-study.mjs OUT [--native] [--preset quick-look|standard] [--confidence 0.99] [--seeds 10] [--generations N] [--threads N]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { headlessRuns } from './headless-runs.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    native: { type: 'boolean', default: false },
    preset: { type: 'string', default: 'quick-look' },
    confidence: { type: 'string', default: '0.99' },
    seeds: { type: 'string', default: '10' },
    generations: { type: 'string' },
    threads: { type: 'string', default: '2' },
  },
});
const out = positionals[0];
if (out === undefined) throw new Error('usage: node scripts/early-stop-study.mjs OUT [--native] [--preset NAME] [--confidence 0.99] [--seeds 10] [--generations N] [--threads N]');

/** Schedules of src/run/presets.ts as survivors, fitness tokens, trained tokens. */
const schedules = {
  'quick-look': { generations: 16, stages: [[4, 512, 0], [1, 2048, 128]] },
  standard: { generations: 40, stages: [[4, 512, 0], [2, 1024, 512], [1, 4096, 2048]] },
  /** No training, and stages that are long enough for all of them to look. */
  long: { generations: 16, stages: [[4, 4096, 0], [1, 8192, 0]] },
};
const schedule = schedules[values.preset];
if (schedule === undefined) throw new Error(`--preset is one of ${Object.keys(schedules).join(', ')}`);
const generations = Number(values.generations ?? schedule.generations);
const stages = schedule.stages.map(([survivors, fitnessTokens, trainingTokens]) => ({ survivors, fitnessTokens, trainingTokens }));
const seeds = Array.from({ length: Number(values.seeds) }, (_, index) => index + 1);
const earlyStops = [null, { confidence: Number(values.confidence) }];

const folderOf = (seed, earlyStop) => join(out, `${values.preset}-${generations}-${earlyStop?.confidence ?? 'off'}-${seed}`);
const runs = seeds.flatMap((seed) =>
  earlyStops.map((earlyStop) => ({
    folder: folderOf(seed, earlyStop),
    config: { version: 1, seed, evaluation: { tokens: 4096 }, search: { generations, stages, earlyStop }, exports: [] },
  })),
);
// One after the other: their times are compared.
await headlessRuns(runs, { jobs: 1, threads: values.threads, native: values.native });

/** What a run came to. */
function outcome(folder) {
  const events = readFileSync(join(folder, 'events.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  const saved = events.filter(({ type }) => type === 'candidate-dropped').reduce((sum, event) => sum + event.saved, 0);
  const measured = events.filter(({ type }) => type === 'candidate-measured' || type === 'candidate-dropped' || type === 'candidate-failed' || type === 'not-a-number');
  const asked = measured.reduce((sum, { stage }) => sum + stages[stage].fitnessTokens, 0);
  const { seconds } = events.find(({ type, phase }) => type === 'phase-finished' && phase === 'search');
  const { winner } = events.find(({ type }) => type === 'search-finished');
  const { kl } = JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')).heldOut.winner;
  return { saved, share: saved / asked, seconds, winner, kl };
}

const percent = (share) => `${(100 * share).toFixed(1)} %`;
console.log(`| seed | winner, held-out KL without | with, at ${values.confidence} | the same winner | fitness tokens saved | time of the search, with / without |`);
console.log('|---|---|---|---|---|---|');
const rows = seeds.map((seed) => {
  const [off, on] = earlyStops.map((earlyStop) => outcome(folderOf(seed, earlyStop)));
  const same = JSON.stringify(off.winner.genome) === JSON.stringify(on.winner.genome);
  console.log(`| ${seed} | ${off.winner.id}, ${off.kl.toFixed(4)} | ${on.winner.id}, ${on.kl.toFixed(4)} | ${same ? 'yes' : 'no'} | ${on.saved}, ${percent(on.share)} | ${(on.seconds / off.seconds).toFixed(2)} |`);
  return { same, ...on, ratio: on.seconds / off.seconds };
});
const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
console.log(`\nThe same winner in ${rows.filter(({ same }) => same).length} of ${rows.length}; medians: ${percent(median(rows.map(({ share }) => share)))} saved, ${median(rows.map(({ ratio }) => ratio)).toFixed(2)} of the time.`);
