// The quality study of docs/quality.md: evolution and random search at several sparsities over several seeds, on tales-6m.
// node scripts/study.mjs OUT [--native] [--jobs N] [--threads N]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { headlessRuns } from './headless-runs.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { native: { type: 'boolean', default: false }, jobs: { type: 'string', default: '2' }, threads: { type: 'string', default: '1' } },
});
const out = positionals[0];
if (out === undefined) throw new Error('usage: node scripts/study.mjs OUT [--native] [--jobs N] [--threads N]');

const sparsities = [0.5, 0.625, 0.25];
const seeds = [1, 2, 3];
const strategies = ['evolution', 'random'];

const runs = seeds.flatMap((seed) => sparsities.flatMap((sparsity) => strategies.map((strategy) => ({ seed, sparsity, strategy }))));

const folderOf = ({ seed, sparsity, strategy }) => join(out, `${strategy}-${sparsity}-${seed}`);
const configOf = ({ seed, sparsity, strategy }) => ({ version: 1, granularity: 'query-head', calibrationTokens: 65_536, seed, target: { sparsity }, search: { strategy }, exports: [] });
await headlessRuns(
  runs.map((run) => ({ folder: folderOf(run), config: configOf(run) })),
  { jobs: Number(values.jobs), threads: values.threads, native: values.native },
);

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
const rows = sparsities.toSorted((a, b) => a - b).map((sparsity) => {
  const of = (strategy) => seeds.map((seed) => JSON.parse(readFileSync(join(folderOf({ seed, sparsity, strategy }), 'result.json'), 'utf8')).heldOut);
  const [evolution, random] = strategies.map(of);
  const uniform = evolution[0].uniform;
  const kl = (results) => results.map(({ winner }) => winner.kl.toFixed(3)).join(', ');
  const ratio = (results) => (median(results.map(({ winner }) => winner.kl)) / uniform.kl).toFixed(3);
  const perplexity = (results) => median(results.map(({ winner }) => winner.perplexity)).toFixed(1);
  return `| ${sparsity * 100} % | ${uniform.kl.toFixed(3)} / ${uniform.perplexity.toFixed(1)} | ${kl(random)} / ${perplexity(random)} | ${ratio(random)} | ${kl(evolution)} / ${perplexity(evolution)} | ${ratio(evolution)} |`;
});
console.log('| sparsity | uniform, KL / perplexity | random search, KL of each seed / median perplexity | of uniform | evolution | of uniform |');
console.log('|---|---|---|---|---|---|');
console.log(rows.join('\n'));
