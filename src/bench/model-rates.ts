import { variedTokens } from '../evaluation/varied-tokens.ts';
import { DenseWeights } from '../model/dense-weights.ts';
import { trainableTensors } from '../model/parameters.ts';
import { totalParameters } from '../model/spec.ts';
import { Transformer } from '../model/transformer.ts';
import type { ModelWeights, TokenBatch } from '../model/weights.ts';
import { peakFlops } from '../run/peak-flops.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { AdamWOptimizer } from '../training/adamw-optimizer.ts';
import type { BenchContext, Effort, Figure } from './bench.ts';
import { secondsOf, spreadOf } from './contest.ts';
import type { Spread } from './contest.ts';
import { forwardFlop, mostHeldTwice, openSize } from './model-sizes.ts';

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
  const { loss, gradients } = await transformer.lossAndGradients(model, batch);
  try {
    await optimizer.step(gradients, 1e-6);
  } finally {
    for (const tensor of [loss, ...gradients.values()]) tensor.dispose();
  }
}

/** Seconds of each round after one that is not counted, which compiles. */
async function timed(count: number, work: () => Promise<void>): Promise<Spread> {
  await work();
  const seconds: number[] = [];
  for (let round = 0; round < count; round++) seconds.push(await secondsOf(work));
  return spreadOf(seconds);
}

/** `flop`: of a token. */
function rate(name: string, seconds: Spread, flop: number, peak: number): Figure {
  const reached = (flop * tokens) / seconds.middle;
  return {
    name,
    value: tokens / seconds.middle,
    unit: 'tokens/s',
    quartiles: [tokens / seconds.high, tokens / seconds.low],
    note: `${(reached / 1e9).toPrecision(3)} GFLOP/s, ${((100 * reached) / peak).toFixed(0)} % of peak`,
  };
}

/** Forward and training tokens/s of one model. */
async function* ratesOf(runtime: Runtime, name: string, transformer: Transformer, model: ModelWeights, effort: Effort): AsyncGenerator<Figure> {
  const batch: TokenBatch = { ids: variedTokens(tokens, model.spec.vocabulary), sequences: 1, length: tokens };
  const flop = forwardFlop(model.spec);
  const peak = await peakFlops(runtime); // known from the first model on
  {
    using hidden = await transformer.hidden(model, batch);
    using teacher = await transformer.teacher(model, hidden);
    yield rate(`forward, ${name}`, await timed(rounds[effort], () => forwardOnce(transformer, model, batch, teacher)), flop, peak);
  }
  if (totalParameters(model.spec) > mostHeldTwice) return;
  using optimizer = new AdamWOptimizer(runtime, trainableTensors(model));
  // A training step computes forward and backward, three times the forward's FLOP; what it computes again is not counted.
  yield rate(`training, ${name}`, await timed(rounds[effort], () => trainOnce(transformer, model, batch, optimizer)), 3 * flop, peak);
}

/**
 * Forward and training tokens/s by model size: batches of one sequence of 256 tokens, the head included, AdamW included. Models of more than
 * 200 M parameters are not trained.
 */
export async function* modelRates({ runtime, sizes, model, effort }: BenchContext): AsyncGenerator<Figure> {
  yield { name: 'float32 matrix product, the peak', value: (await peakFlops(runtime)) / 1e9, unit: 'GFLOP/s' };
  for (const size of sizes) {
    const source = await openSize(size, model);
    using dense = await DenseWeights.load(runtime, source);
    await using transformer = await Transformer.create(runtime, source.spec);
    yield* ratesOf(runtime, size, transformer, dense.weights, effort);
  }
}
