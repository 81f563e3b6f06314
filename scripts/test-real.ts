/**
 * `npm run test:real -- DIR [--skip browser]`: the program on a real model in the Hugging Face layout (SmolLM2-135M), against PyTorch.
 * Needs python3 with torch and transformers. The last line is `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { FolderSource } from '../src/cli/folder-source.ts';
import { MeasuringSet } from '../src/evaluation/measuring-set.ts';
import { QualityTally } from '../src/evaluation/quality.ts';
import { DenseWeights } from '../src/model/dense-weights.ts';
import { openModel, type OpenModel } from '../src/model/load-model.ts';
import { inBatches, toBatch } from '../src/model/token-batches.ts';
import { Transformer } from '../src/model/transformer.ts';
import type { TokenBatch } from '../src/model/weights.ts';
import type { RunConfigInput } from '../src/run/run-config.ts';
import type { RunResult } from '../src/run/run-result.ts';
import { createRuntime } from '../src/runtime/create-runtime.ts';
import type { Runtime } from '../src/runtime/runtime.ts';
import { loadBundledText } from '../src/sources/bundled.ts';
import { openSafetensors } from '../src/sources/safetensors.ts';
import { splitText } from '../src/sources/split-text.ts';

const inRoot = (path = ''): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

const length = 256;
const heldOutTokens = 4096;
const limits = { logits: 2e-3, perplexity: 1e-3, minutes: 25, gigabytes: 4 };

/** A small schedule: what a laptop does in a quarter of an hour. */
const schedule = {
  version: 1,
  backend: 'wasm',
  calibrationTokens: 4096,
  search: {
    generations: 8,
    offspring: 8,
    stages: [
      { survivors: 2, fitnessTokens: 512, trainingTokens: 0 },
      { survivors: 1, fitnessTokens: 1024, trainingTokens: 256 },
    ],
  },
  evaluation: { tokens: heldOutTokens },
} satisfies RunConfigInput;

let passed = 0;
let failed = 0;

function report(name: string, value: number, limit: number, unit = ''): void {
  const good = value <= limit; // false for NaN
  if (good) passed++;
  else failed++;
  console.log(`${good ? 'ok  ' : 'FAIL'} ${name}: ${value.toPrecision(4)}${unit} (limit ${limit}${unit})`);
}

/** Runs a command to its end with its output shown; its exit status. */
function command(program: string, args: readonly string[], environment: Record<string, string> = {}): number {
  return spawnSync(program, args, { cwd: inRoot(), stdio: 'inherit', env: { ...process.env, ...environment } }).status ?? 1;
}

async function heldOut(model: OpenModel): Promise<TokenBatch> {
  const text = await loadBundledText(new FolderSource(inRoot('public/texts')), 'tales-heldout');
  return (await splitText(text, model.tokenizer, { evaluation: heldOutTokens }, length)).evaluation;
}

/** Logits and perplexity by transformers in PyTorch, float32. */
async function reference(folder: string, tokens: TokenBatch, scratch: string): Promise<{ logits: Float32Array; perplexity: number }> {
  const sequences = inBatches(tokens, 1).map(({ ids }) => [...ids]);
  writeFileSync(join(scratch, 'tokens.json'), JSON.stringify({ logits: sequences[0], heldOut: sequences }));
  const code = command('python3', [inRoot('scripts/real-reference.py'), folder, join(scratch, 'tokens.json'), scratch]);
  if (code !== 0) throw new Error('The reference could not be computed: it needs python3 with torch, transformers and safetensors.');
  const file = await openSafetensors(await new FolderSource(scratch).open('reference.safetensors'), 'reference.safetensors');
  const { perplexity, ...versions } = JSON.parse(readFileSync(join(scratch, 'reference.json'), 'utf8')) as { perplexity: number };
  console.log(`reference: perplexity ${perplexity.toFixed(4)}, ${JSON.stringify(versions)}`);
  return { logits: await file.readWeights('logits'), perplexity };
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Number.NaN;
  return a.reduce((most, value, index) => Math.max(most, Math.abs(value - (b[index] ?? Number.NaN))), 0);
}

async function checkForward(runtime: Runtime, folder: string, scratch: string): Promise<void> {
  const model = await openModel(new FolderSource(folder));
  const tokens = await heldOut(model);
  const expected = await reference(folder, tokens, scratch);
  await using transformer = await Transformer.create(runtime, model.spec);
  using dense = await DenseWeights.load(runtime, model.weights);
  using hidden = await transformer.hidden(dense.weights, toBatch(tokens, [0]));
  const logits = await transformer.logits(dense.weights, hidden);
  report(`logits of ${length} tokens, largest difference from PyTorch`, largestDifference(logits, expected.logits), limits.logits);
  const tally = new QualityTally();
  for (const batch of inBatches(tokens, 4)) {
    await using set = await MeasuringSet.create(transformer, dense.weights, [batch]);
    await tally.add(transformer, set, dense.weights);
  }
  const { perplexity } = tally.quality;
  report(`held-out perplexity ${perplexity.toFixed(4)}, relative difference from PyTorch`, Math.abs(perplexity / expected.perplexity - 1), limits.perplexity);
}

/** The whole pipeline in a process of its own, by the headless command. */
function checkPipeline(folder: string, scratch: string): void {
  const out = join(scratch, 'run');
  mkdirSync(out);
  writeFileSync(join(scratch, 'run.json'), JSON.stringify({ ...schedule, model: folder }));
  const began = performance.now();
  const code = command(process.execPath, [inRoot('scripts/headless.mjs'), '--config', join(scratch, 'run.json'), '--out', out, '--resources', join(scratch, 'resources.json')]);
  const minutes = (performance.now() - began) / 60_000;
  if (code !== 0) throw new Error(`the headless run ended with code ${code}`);
  const result = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as RunResult;
  const { peakResidentBytes } = JSON.parse(readFileSync(join(scratch, 'resources.json'), 'utf8')) as { peakResidentBytes: number };
  const { uniform, winner, dense } = result.heldOut;
  console.log(`seconds by phase: ${JSON.stringify(result.seconds)}`);
  console.log(`parameters ${result.parameters.dense.total} → ${result.parameters.pruned.total}; perplexity ${dense.perplexity.toFixed(2)}, uniform ${uniform.perplexity.toFixed(2)}, winner ${winner.perplexity.toFixed(2)}`);
  report('the whole pipeline at 50 %', minutes, limits.minutes, ' min');
  report('peak resident memory', peakResidentBytes / 1e9, limits.gigabytes, ' GB');
  report(`the winner's held-out KL ${winner.kl.toFixed(4)} over uniform's ${uniform.kl.toFixed(4)}`, winner.kl / uniform.kl, 1 - 1e-9);
}

/** Loads the model in a browser from a folder and from a server like the Hub (e2e/real-model.spec.ts). */
function checkBrowser(folder: string): void {
  const build = command(process.execPath, [inRoot('node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn']);
  const code = build === 0 ? command(process.execPath, [inRoot('node_modules/@playwright/test/cli.js'), 'test', '--project=real'], { REAL_MODEL: folder }) : build;
  report('browser tests on the model, exit code', code, 0);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { skip: { type: 'string', multiple: true, default: [] } } });
  const [folder] = positionals;
  if (folder === undefined) throw new Error('usage: npm run test:real -- DIR [--skip forward|pipeline|browser]');
  const skips = new Set(values.skip);
  const scratch = mkdtempSync(join(tmpdir(), 'real-model-'));
  try {
    if (!skips.has('forward')) {
      await using runtime = await createRuntime({ prefer: 'wasm' });
      await checkForward(runtime, resolve(folder), scratch);
    }
    if (!skips.has('pipeline')) checkPipeline(resolve(folder), scratch);
    if (!skips.has('browser')) checkBrowser(resolve(folder));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  failed++;
  console.error(error instanceof Error ? error.message : error);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
