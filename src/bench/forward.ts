import { collectBytes } from '../base/lazy-bytes.ts';
import { variedTokens } from '../evaluation/varied-tokens.ts';
import { planOnnx } from '../export/onnx/onnx-model.ts';
import { OnnxSession } from '../export/onnx/onnx-session.ts';
import { DenseWeights } from '../model/dense-weights.ts';
import { trainableTensors } from '../model/parameters.ts';
import { Transformer } from '../model/transformer.ts';
import type { ModelWeights, TokenBatch, WeightSource } from '../model/weights.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { AdamWOptimizer } from '../training/adamw-optimizer.ts';
import type { BenchContext, Effort, Figure } from './bench.ts';
import { compare, secondsOf, spreadOf } from './contest.ts';

const rounds: Readonly<Record<Effort, number>> = { quick: 3, full: 15 };

const length = 256;

const tokensOf = (vocabulary: number, sequences: number): TokenBatch => ({ ids: variedTokens(sequences * length, vocabulary), sequences, length });

/** All logits of a batch on the host. */
async function readLogits(transformer: Transformer, model: ModelWeights, batch: TokenBatch): Promise<void> {
  using hidden = await transformer.hidden(model, batch);
  await transformer.logits(model, hidden);
}

/** The model's own file as users export it, in one session of the same onnxruntime; its matrices are constants there. */
async function openExported(runtime: Runtime, weights: WeightSource): Promise<OnnxSession> {
  const [file] = planOnnx({ weights, precision: 'fp32', attention: 'plain', path: 'model.onnx', externalData: false, metadata: {} });
  if (file === undefined) throw new RangeError('an export without a file');
  return await OnnxSession.open(runtime, { model: await collectBytes(file.content) });
}

/** Seconds that the runtime spent in programs and kernels so far. */
const secondsInside = (runtime: Runtime): number => [...runtime.work().programs.values()].reduce((sum, { seconds }) => sum + seconds, 0);

/** Share of the wall time that passes outside programs and kernels. */
async function shareOutside(name: string, runtime: Runtime, count: number, work: () => Promise<void>): Promise<Figure> {
  const shares: number[] = [];
  for (let round = 0; round < count; round++) {
    const before = secondsInside(runtime);
    const wall = await secondsOf(work);
    shares.push(100 * (1 - (secondsInside(runtime) - before) / wall));
  }
  const { low, middle, high } = spreadOf(shares);
  return { name, value: middle, unit: '%', quartiles: [low, high], note: 'reading what it yields included' };
}

/** Forward passes and training steps of one sequence, as a run does them. */
class Passes {
  readonly #runtime: Runtime;
  readonly #transformer: Transformer;
  readonly #model: ModelWeights;
  readonly #batch: TokenBatch;
  readonly #optimizer: AdamWOptimizer;

  constructor(runtime: Runtime, transformer: Transformer, model: ModelWeights, optimizer: AdamWOptimizer) {
    this.#runtime = runtime;
    this.#transformer = transformer;
    this.#model = model;
    this.#batch = tokensOf(model.spec.vocabulary, 1);
    this.#optimizer = optimizer;
  }

  async forward(): Promise<void> {
    await readLogits(this.#transformer, this.#model, this.#batch);
  }

  /** Loss, which is read, and all gradients; with an AdamW step where it is asked for. */
  async train(step: boolean): Promise<void> {
    const { loss, gradients } = await this.#transformer.lossAndGradients(this.#model, this.#batch);
    if (step) await this.#optimizer.step(gradients, 1e-6);
    await this.#runtime.read(loss);
    for (const tensor of [loss, ...gradients.values()]) tensor.dispose();
  }
}

/** tales-6m: our forward pass against its exported file in one session, a training step against a forward pass, and the host's share. */
export async function* forwardBench({ runtime, model, effort }: BenchContext): AsyncGenerator<Figure> {
  const { spec, weights } = await model();
  using dense = await DenseWeights.load(runtime, weights);
  await using transformer = await Transformer.create(runtime, spec);
  {
    await using exported = await openExported(runtime, weights);
    for (const sequences of [1, 4]) {
      const batch = tokensOf(spec.vocabulary, sequences);
      const first = async () => void (await exported.logits(batch));
      yield await compare({ name: `all logits of ${sequences} x ${length} tokens, exported file / ours`, first, second: () => readLogits(transformer, dense.weights, batch), rounds: rounds[effort] });
    }
  }
  using optimizer = new AdamWOptimizer(runtime, trainableTensors(dense.weights));
  const passes = new Passes(runtime, transformer, dense.weights, optimizer);
  const forward = () => passes.forward();
  for (const step of [false, true]) {
    const name = `training step of ${length} tokens${step ? ' with AdamW' : ''} / forward with logits`;
    yield await compare({ name, first: () => passes.train(step), second: forward, rounds: rounds[effort] });
  }
  yield await shareOutside('outside programs and kernels, forward', runtime, rounds[effort], forward);
  yield await shareOutside('outside programs and kernels, training with AdamW', runtime, rounds[effort], () => passes.train(true));
}
