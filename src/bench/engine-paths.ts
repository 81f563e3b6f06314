import { variedTokens } from '../evaluation/varied-tokens.ts';
import { DenseWeights } from '../model/dense-weights.ts';
import { KvCache } from '../model/kv-cache.ts';
import { Transformer } from '../model/transformer.ts';
import type { ModelWeights, TokenBatch } from '../model/weights.ts';
import type { BenchContext, Figure } from './bench.ts';
import { compare } from './contest.ts';
import type { Contest } from './contest.ts';

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
    const { loss, gradients } = await transformer.lossAndGradients(dense, one);
    for (const tensor of [loss, ...gradients.values()]) tensor.dispose();
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

/** What the engine's shorter ways save against the plain ones, on tales-6m. */
export async function* enginePaths({ runtime, model, effort }: BenchContext): AsyncGenerator<Figure> {
  const { spec, weights } = await model();
  using dense = await DenseWeights.load(runtime, weights);
  await using transformer = await Transformer.create(runtime, spec);
  const rounds = effort === 'quick' ? 3 : 9;
  for (const contest of contests(transformer, dense.weights)) yield await compare({ ...contest, rounds });
}
