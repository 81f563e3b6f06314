// The quality study of docs/quality.md: evolution and random search at several sparsities over several seeds, on tales-6m.
// node scripts/study.mjs OUT [--native] [--jobs N] [--threads N]
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from './paths.mjs';

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

/** One headless run; skipped where its result is there. */
function run({ seed, sparsity, strategy }) {
  const folder = join(out, `${strategy}-${sparsity}-${seed}`);
  if (existsSync(join(folder, 'result.json'))) return Promise.resolve();
  mkdirSync(folder, { recursive: true });
  const config = { version: 1, granularity: 'query-head', calibrationTokens: 65_536, seed, target: { sparsity }, search: { strategy }, exports: [] };
  const file = join(folder, 'config.json');
  writeFileSync(file, JSON.stringify(config));
  const options = ['--config', file, '--out', folder, '--threads', values.threads, ...(values.native ? ['--native'] : [])];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['scripts/headless.mjs', ...options], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${folder}: exit ${code}`))));
  });
}

const waiting = [...runs];
const lane = async () => {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await run(next);
};
await Promise.all(Array.from({ length: Number(values.jobs) }, lane));

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
const rows = sparsities.toSorted((a, b) => a - b).map((sparsity) => {
  const of = (strategy) => seeds.map((seed) => JSON.parse(readFileSync(join(out, `${strategy}-${sparsity}-${seed}`, 'result.json'), 'utf8')).heldOut);
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
