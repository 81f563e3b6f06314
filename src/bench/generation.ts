import { Scope } from '../base/scope.ts';
import { MeasuringSet } from '../evaluation/measuring-set.ts';
import { StageSums } from '../evaluation/stage-sums.ts';
import { trainableTensors } from '../model/parameters.ts';
import type { Teacher } from '../model/transformer.ts';
import type { ModelWeights, TokenBatch } from '../model/weights.ts';
import type { Genome, LevelDatabase } from '../pruning/level-database.ts';
import { DenseStates } from '../run/dense-states.ts';
import { createMeasure } from '../run/measure-stage.ts';
import type { MeasuringOptions } from '../run/measured-stage.ts';
import { parseRunConfig } from '../run/parse-config.ts';
import { budgets } from '../run/memory-budgets.ts';
import { presets } from '../run/presets.ts';
import { scoreBatch } from '../run/score-batch.ts';
import { budgetFor } from '../search/budget.ts';
import type { GenerationStarted } from '../search/events.ts';
import type { Measure, MeasureRequest } from '../search/measure.ts';
import { search } from '../search/search.ts';
import { searchSpaceOf } from '../search/search-space.ts';
import { uniformGenome } from '../search/uniform.ts';
import { AdamWOptimizer } from '../training/adamw-optimizer.ts';
import type { BenchContext, Effort, Figure } from './bench.ts';
import { secondsOf, spreadOf } from './contest.ts';
import { trialModel } from './trial-model.ts';
import type { TrialModel } from './trial-model.ts';

/** Generations that are timed, after one that is not. */
const generations: Readonly<Record<Effort, number>> = { quick: 2, full: 7 };

/** "Quick look", half of the parameters to go. */
const quickLook = parseRunConfig({ version: 1, model: 'tales-6m', texts: { training: 'tales', heldOut: 'tales-heldout' }, ...presets['quick-look'] }).search;

const ratios = (name: string, values: readonly number[], note: string): Figure => {
  const { low, middle, high } = spreadOf(values);
  return { name, value: middle, unit: '×', quartiles: [low, high], note };
};

/** What measuring takes on the bundled model; the scope owns what is on the device. */
function optionsOf({ runtime }: BenchContext, { transformer, dense, modules, fitness }: TrialModel, scope: Scope): MeasuringOptions {
  const denseStates = scope.own(new DenseStates(runtime, transformer, dense, fitness, budgets.denseStates));
  return { runtime, transformer, dense, modules, fitnessPool: fitness, denseStates, trainingPool: fitness, fitness: 'kl', earlyStop: null, trainEmbeddings: true, seed: 1, sequencesPerBatch: 8, stateBytes: budgets.candidateStates, count: () => {} };
}

/** FLOP (products with weights, head and teacher included) that were really executed, forward and in training steps. */
class Executed {
  forward = 0;
  training = 0;
  readonly #trial: TrialModel;

  constructor(trial: TrialModel) {
    this.#trial = trial;
  }

  /** The measure, with what it executes counted; training steps are three passes over the candidate's weights and the head's. */
  counting(measure: Measure): Measure {
    return (request) => this.#watch(measure(request), request);
  }

  async *#watch(events: ReturnType<Measure>, { candidates, stage }: MeasureRequest): ReturnType<Measure> {
    const { transformer, database } = this.#trial;
    const { vocabulary, hidden } = transformer.spec;
    const before = transformer.flop;
    yield* events;
    const elements = candidates.reduce((sum, { genome }) => sum + vocabulary * hidden + modulesOf(database, genome), 0);
    const training = 6 * stage.trainingTokens * elements;
    this.training += training;
    this.forward += transformer.flop - before - training;
  }
}

const modulesOf = ({ modules }: LevelDatabase, genome: Genome): number =>
  genome.reduce((sum, level, module) => sum + (modules[module]?.levels[level]?.parameters ?? 0), 0);

/** Parameters of all modules that must run, each distinct prefix of the genomes once. */
function costOfPrefixes({ modules }: LevelDatabase, genomes: readonly Genome[]): number {
  const prefixes = new Map(genomes.flatMap((genome) => genome.map((level, module) => [genome.slice(0, module + 1).join(), modules[module]?.levels[level]?.parameters ?? 0] as const)));
  return [...prefixes.values()].reduce((sum, parameters) => sum + parameters, 0);
}

/** FLOP a second of a candidate's whole forward with its KL, and of its training steps with AdamW, in the batches of "Quick look". */
class Rates implements AsyncDisposable {
  readonly #scope = new Scope();
  readonly #options: MeasuringOptions;
  readonly #weights: ModelWeights;
  readonly #optimizer: AdamWOptimizer;
  readonly #batches: readonly { readonly batch: TokenBatch; readonly teacher: Teacher }[];
  readonly #training: TokenBatch;

  private constructor(options: MeasuringOptions, scope: Scope, weights: ModelWeights, batches: readonly { readonly batch: TokenBatch; readonly teacher: Teacher }[]) {
    const { ids } = options.trainingPool;
    this.#options = options;
    this.#scope.own(scope);
    this.#weights = weights;
    this.#batches = batches;
    this.#optimizer = this.#scope.own(new AdamWOptimizer(options.runtime, trainableTensors(weights)));
    const length = quickLook.stages.at(-1)?.trainingTokens ?? 0;
    this.#training = { ids: ids.slice(0, length), sequences: 1, length };
  }

  static async create(options: MeasuringOptions, genome: readonly number[]): Promise<Rates> {
    const { transformer, dense, modules, fitnessPool } = options;
    const scope = new Scope();
    const { weights } = scope.own(await modules.ownedModel(genome));
    const batches = [];
    for (const { fitnessTokens } of quickLook.stages) {
      const { length } = fitnessPool;
      const batch = { ids: fitnessPool.ids.slice(0, fitnessTokens), sequences: fitnessTokens / length, length };
      using hidden = await transformer.hidden(dense, batch);
      batches.push({ batch, teacher: scope.own(await transformer.teacher(dense, hidden)) });
    }
    return new Rates(options, scope, weights, batches);
  }

  async #forward(): Promise<void> {
    const { transformer } = this.#options;
    for (const { batch, teacher } of this.#batches) {
      using hidden = await transformer.hidden(this.#weights, batch);
      await transformer.kl(teacher, this.#weights, hidden);
    }
  }

  async #train(): Promise<void> {
    const { loss, gradients } = await this.#options.transformer.lossAndGradients(this.#weights, this.#training);
    await this.#optimizer.step(gradients, 1e-6);
    await this.#options.runtime.read(loss);
    for (const tensor of [loss, ...gradients.values()]) tensor.dispose();
  }

  async measure(): Promise<{ readonly forward: number; readonly training: number }> {
    const rate = async (work: () => Promise<void>): Promise<number> => {
      const before = this.#options.transformer.flop;
      const seconds = await secondsOf(work);
      return (this.#options.transformer.flop - before) / seconds;
    };
    const steps = async (): Promise<void> => {
      for (let step = 0; step < 3; step++) await this.#train();
    };
    return { forward: await rate(() => this.#forward()), training: await rate(steps) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#scope[Symbol.asyncDispose]();
  }
}

/** Whole generations of a search, each over what its FLOP take at the rates measured right before and after it. */
async function* wholeGenerations(options: MeasuringOptions, trial: TrialModel, effort: Effort, begun: GenerationStarted[]): AsyncGenerator<Figure> {
  const space = searchSpaceOf(trial.database);
  const budget = budgetFor(space, 0.5);
  const executed = new Executed(trial);
  const settings = { ...quickLook, generations: 1 + generations[effort] };
  const events = search({ space, budget, strategy: 'evolution', seed: 1, settings, measure: executed.counting(createMeasure(options)) });
  await using rates = await Rates.create(options, uniformGenome(space, budget));
  let before = await rates.measure();
  const found: number[] = [];
  const seconds: number[] = [];
  let flop = { forward: executed.forward, training: executed.training };
  let start = performance.now();
  for await (const event of events) {
    if (event.type === 'generation-started') begun.push(event);
    if (event.type !== 'generation-finished') continue;
    const took = (performance.now() - start) / 1000;
    const after = await rates.measure();
    const ideal = (executed.forward - flop.forward) / ((before.forward + after.forward) / 2) + (executed.training - flop.training) / ((before.training + after.training) / 2);
    if (event.generation > 1) {
      found.push(took / ideal);
      seconds.push(took);
    }
    before = after;
    flop = { forward: executed.forward, training: executed.training };
    start = performance.now();
  }
  const speed = `${spreadOf(seconds).middle.toFixed(2)} s; forward ${(before.forward / 1e9).toPrecision(3)}, training ${(before.training / 1e9).toPrecision(3)} GFLOP/s`;
  yield ratios('a generation of Quick look / its FLOP at the measured rates', found, speed);
}

/** The first stage of a generation, dense states there already: candidates in groups that go side by side, one group after the other. */
async function firstStage(options: MeasuringOptions, { generation, offspring, parent, learningRate }: GenerationStarted, groups: readonly (readonly number[])[]): Promise<void> {
  await using scope = new Scope();
  const { transformer, dense, fitnessPool, denseStates, runtime } = options;
  const [stage] = quickLook.stages;
  if (!stage) throw new RangeError('no stage');
  const sequences = stage.fitnessTokens / fitnessPool.length;
  const batch = { ids: fitnessPool.ids.slice(0, stage.fitnessTokens), sequences, length: fitnessPool.length };
  const set = scope.own(await MeasuringSet.create(transformer, dense, [batch], async () => (await denseStates.hidden([...Array(sequences).keys()])).hidden));
  const sums = scope.own(new StageSums(runtime, offspring.length, sequences));
  const request = { generation, stageIndex: 0, stage, learningRate, candidates: offspring, parent };
  for (const group of groups) for await (const _ of scoreBatch(options, { request, set, sums, race: null }, 0, 0, group)) continue;
  await sums.read();
}

/** The first stage of the generations that were played, candidates side by side over every candidate whole and alone. */
async function* sideBySide(options: MeasuringOptions, { database }: TrialModel, begun: readonly GenerationStarted[]): AsyncGenerator<Figure> {
  const found: number[] = [];
  const shares: number[] = [];
  for (const generation of begun) {
    const members = [...generation.offspring.keys()];
    const genomes = generation.offspring.map(({ genome }) => genome);
    shares.push(costOfPrefixes(database, genomes) / genomes.reduce((sum, genome) => sum + modulesOf(database, genome), 0));
    const together = await secondsOf(() => firstStage(options, generation, [members]));
    found.push(together / (await secondsOf(() => firstStage(options, generation, members.map((member) => [member])))));
  }
  yield ratios('first stage, candidates side by side / every candidate whole and alone', found.slice(1), 'head, teacher and readback included');
  yield ratios('  of it the modules alone, distinct prefixes by parameters', shares.slice(1), 'counted, not timed');
}

/** What a generation costs on tales-6m: against its FLOP, and against running every candidate whole. */
export async function* generationBench(context: BenchContext): AsyncGenerator<Figure> {
  await using scope = new Scope();
  const trial = await trialModel(context, scope);
  const options = optionsOf(context, trial, scope);
  const begun: GenerationStarted[] = [];
  yield* wholeGenerations(options, trial, context.effort, begun);
  yield* sideBySide(options, trial, begun);
}
