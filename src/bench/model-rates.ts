import { variedTokens } from '../evaluation/varied-tokens.ts';
import { DenseWeights } from '../model/dense-weights.ts';
import { trainableTensors } from '../model/parameters.ts';
import { prunableParameters } from '../model/spec.ts';
import type { ModelSpec } from '../model/spec.ts';
import { Transformer } from '../model/transformer.ts';
import type { ModelWeights, TokenBatch } from '../model/weights.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { AdamWOptimizer } from '../training/adamw-optimizer.ts';
import type { BenchContext, Effort, Figure } from './bench.ts';
import { secondsOf, spreadOf } from './contest.ts';
import type { Spread } from './contest.ts';
import { openSize } from './model-sizes.ts';

const rounds: Readonly<Record<Effort, number>> = { quick: 3, full: 7 };

/** Tokens of a batch: as one sequence, as training takes them. */
const tokens = 256;

/** One forward pass as a candidate is measured: hidden states and its KL from kept probabilities, read on the host. */
async function forwardOnce(transformer: Transformer, model: ModelWeights, batch: TokenBatch, teacher: Awaited<ReturnType<Transformer['teacher']>>): Promise<void> {
  using hidden = await transformer.hidden(model, batch);
  await transformer.kl(teacher, model, hidden);
}

/** One training step: loss, gradients of all tensors, AdamW. */
async function trainOnce(transformer: Transformer, model: ModelWeights, batch: TokenBatch, optimizer: AdamWOptimizer): Promise<void> {
  const { gradients } = await transformer.lossAndGradients(model, batch);
  try {
    await optimizer.step(gradients, 1e-6);
  } finally {
    for (const gradient of gradients.values()) gradient.dispose();
  }
}

/** Seconds of each round after one that is not counted, which compiles. */
async function timed(count: number, work: () => Promise<void>): Promise<Spread> {
  await work();
  const seconds: number[] = [];
  for (let round = 0; round < count; round++) seconds.push(await secondsOf(work));
  return spreadOf(seconds);
}

/** FLOP of a token's forward pass: two for each parameter that multiplies, the head included (Kaplan et al., arXiv 2001.08361). */
export const forwardFlop = (spec: ModelSpec): number => 2 * (prunableParameters(spec) + spec.vocabulary * spec.hidden);

function rate(name: string, seconds: Spread, flop: number): Figure {
  const gflops = (flop * tokens) / seconds.middle / 1e9;
  return {
    name,
    value: tokens / seconds.middle,
    unit: 'tokens/s',
    quartiles: [tokens / seconds.high, tokens / seconds.low],
    note: `${gflops.toFixed(gflops < 10 ? 2 : 0)} GFLOP/s`,
  };
}

/** Forward and training tokens/s of one model. */
async function* ratesOf(runtime: Runtime, name: string, transformer: Transformer, model: ModelWeights, effort: Effort): AsyncGenerator<Figure> {
  const batch: TokenBatch = { ids: variedTokens(tokens, model.spec.vocabulary), sequences: 1, length: tokens };
  const flop = forwardFlop(model.spec);
  {
    using hidden = await transformer.hidden(model, batch);
    using teacher = await transformer.teacher(model, hidden);
    yield rate(`forward, ${name}`, await timed(rounds[effort], () => forwardOnce(transformer, model, batch, teacher)), flop);
  }
  using optimizer = new AdamWOptimizer(runtime, trainableTensors(model));
  // A training step computes forward and backward, three times the forward's FLOP; what it computes again is not counted.
  yield rate(`training, ${name}`, await timed(rounds[effort], () => trainOnce(transformer, model, batch, optimizer)), 3 * flop);
}

/** Forward and training tokens/s by model size: batches of one sequence of 256 tokens, the head included, AdamW included. */
export async function* modelRates({ runtime, sizes, model, effort }: BenchContext): AsyncGenerator<Figure> {
  for (const size of sizes) {
    const source = await openSize(size, model);
    using dense = await DenseWeights.load(runtime, source);
    await using transformer = await Transformer.create(runtime, source.spec);
    yield* ratesOf(runtime, size, transformer, dense.weights, effort);
  }
}
