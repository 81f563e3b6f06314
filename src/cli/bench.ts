import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DenseWeights } from '../model/dense-weights.ts';
import { variedTokens } from '../evaluation/varied-tokens.ts';
import { KvCache } from '../model/kv-cache.ts';
import { openModel } from '../model/load-model.ts';
import { Transformer } from '../model/transformer.ts';
import type { ModelWeights, TokenBatch } from '../model/weights.ts';
import { createRuntime } from '../runtime/create-runtime.ts';
import { FolderSource } from './folder-source.ts';

/**
 * Benchmarks as ratios of two things timed in turn in one process, so that a shared machine disturbs both alike. Each
 * line: the median ratio, its quartiles over the rounds, and the median time of the first thing.
 */

const rounds = 9;

interface Contest {
  readonly name: string;
  readonly first: () => Promise<void>;
  readonly second: () => Promise<void>;
}

async function time(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
}

async function compare({ name, first, second }: Contest): Promise<string> {
  await first();
  await second();
  const times: { readonly first: number; readonly ratio: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const a = await time(first);
    const b = await time(second);
    times.push({ first: a, ratio: a / b });
  }
  const ratios = times.map(({ ratio }) => ratio).toSorted((a, b) => a - b);
  const firsts = times.map(({ first: a }) => a).toSorted((a, b) => a - b);
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => quantile(ratios, share).toFixed(2));
  return `${name.padEnd(62)} ${middle} (${low} to ${high}), first ${quantile(firsts, 0.5).toFixed(1)} ms`;
}

/** Tokens in sequences of 256, all different. */
function someTokens(sequences: number, vocabulary: number): TokenBatch {
  const length = 256;
  return { ids: variedTokens(sequences * length, vocabulary), sequences, length };
}

function contests(transformer: Transformer, dense: ModelWeights): Contest[] {
  const batch = someTokens(2, dense.spec.vocabulary);
  const one = someTokens(1, dense.spec.vocabulary);
  const forward = (tokens: TokenBatch) => async () => {
    (await transformer.hidden(dense, tokens)).dispose();
  };
  const backward = async () => {
    const { gradients } = await transformer.lossAndGradients(dense, one);
    for (const gradient of gradients.values()) gradient.dispose();
  };
  const calibration = async () => {
    using input = await transformer.embed(dense, batch);
    for (const module of dense.modules) {
      if (module === null) continue;
      const { output, gram } = await transformer.calibrate(module, input, batch);
      output.dispose();
      gram.dispose();
    }
  };
  const scored = (kept: boolean) => async () => {
    using hidden = await transformer.hidden(dense, batch);
    using teacher = await transformer.teacher(dense, hidden);
    for (let candidate = 0; candidate < 4; candidate++) {
      using own = kept ? null : await transformer.teacher(dense, hidden);
      await transformer.kl(own ?? teacher, dense, hidden);
    }
  };
  const from = (index: number) => async () => {
    using input = await transformer.embed(dense, batch);
    (await transformer.hidden(dense, batch, { index, hidden: input })).dispose();
  };
  const written = (cached: boolean) => async () => {
    using cache = new KvCache();
    for (let read = 0; read < 8; read++) {
      const ids = one.ids.slice(cached && read > 0 ? 192 + read - 1 : 0, 192 + read);
      using hidden = cached ? await transformer.extend(dense, ids, cache) : await transformer.hidden(dense, { ids, sequences: 1, length: ids.length });
      await transformer.logits(dense, hidden, { start: ids.length - 1, end: ids.length });
    }
  };
  return [
    { name: 'forward + backward / forward', first: backward, second: forward(one) },
    { name: 'calibration (with Gram matrices) / forward', first: calibration, second: forward(batch) },
    { name: 'forward from module 5 of 16 / from the start', first: from(5), second: from(0) },
    { name: 'KL of 4 candidates, teacher kept / made for each', first: scored(true), second: scored(false) },
    { name: '8 tokens after 192, with a KV cache / by whole forwards', first: written(true), second: written(false) },
    { name: 'forward of 512 tokens / 2 forwards of 256', first: forward(batch), second: async () => { await forward(one)(); await forward(one)(); } },
  ];
}

await using runtime = await createRuntime({ prefer: 'wasm' });
const folder = join(fileURLToPath(new URL('../../public/models/', import.meta.url)), 'tales-6m');
const model = await openModel(new FolderSource(folder));
using dense = await DenseWeights.load(runtime, model.weights);
await using transformer = await Transformer.create(runtime, model.spec);
console.log(`tales-6m, ${runtime.info.label}; ratio of medians of ${rounds} rounds (quartiles)`);
for (const contest of contests(transformer, dense.weights)) console.log(await compare(contest));
