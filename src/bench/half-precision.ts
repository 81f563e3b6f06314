import type { Random } from '../base/random.ts';
import { Scope } from '../base/scope.ts';
import { sumOverPredicted } from '../evaluation/predicted-positions.ts';
import { variedTokens } from '../evaluation/varied-tokens.ts';
import { nextTokens } from '../model/token-batches.ts';
import { Transformer } from '../model/transformer.ts';
import type { ModelWeights, TokenBatch } from '../model/weights.ts';
import type { Genome } from '../pruning/level-database.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { budgetFor } from '../search/budget.ts';
import { mutate } from '../search/mutate.ts';
import { drawOffspring } from '../search/offspring.ts';
import { searchSpaceOf } from '../search/search-space.ts';
import { uniformGenome } from '../search/uniform.ts';
import type { BenchContext, Effort, Figure } from './bench.ts';
import { compare } from './contest.ts';
import { withHalfProducts } from './half-products.ts';
import type { HalfProducts } from './half-products.ts';
import { rankCorrelation } from './rank-correlation.ts';
import { trialModel } from './trial-model.ts';
import type { TrialModel } from './trial-model.ts';

/** Stages that are measured: each the offspring of the uniform genome, on sequences of their own. */
const stages: Readonly<Record<Effort, number>> = { quick: 1, full: 6 };
const offspring = 16;
const survivors = 4;
const sequences = 2;

/** A runtime whose programs multiply in half precision. */
function halved(runtime: Runtime, how: HalfProducts): Runtime {
  const multiplies = (name: string): boolean => name.includes('.forward') || name.startsWith('head.');
  return new Proxy(runtime, {
    get(target, key) {
      if (key === 'compile') {
        return (name: string, model: Uint8Array) => target.compile(name, multiplies(name) ? withHalfProducts(model, how) : model);
      }
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** Mean KL to the dense model over the predicted positions of a batch, nats, for each genome. */
async function fitnessOf(transformer: Transformer, { dense, modules }: TrialModel, batch: TokenBatch, genomes: readonly Genome[]): Promise<number[]> {
  using reference = await transformer.hidden(dense, batch);
  using teacher = await transformer.teacher(dense, reference);
  const fitness: number[] = [];
  for (const genome of genomes) {
    using lease = await modules.lease(genome);
    using hidden = await transformer.hidden(lease.weights, batch);
    const { kl } = await transformer.measure(teacher, lease.weights, hidden, nextTokens(batch));
    const { sum, count } = sumOverPredicted(kl, batch);
    fitness.push(sum / count);
  }
  return fitness;
}

interface Agreement {
  readonly correlation: number;
  readonly largestError: number;
  readonly sameSurvivors: boolean;
}

const best = (fitness: readonly number[]): string =>
  [...fitness.keys()].toSorted((a, b) => (fitness[a] ?? 0) - (fitness[b] ?? 0)).slice(0, survivors).toSorted((a, b) => a - b).join();

function agreement(full: readonly number[], half: readonly number[]): Agreement {
  const errors = full.map((value, index) => Math.abs((half[index] ?? Number.NaN) / value - 1));
  return { correlation: rankCorrelation(full, half), largestError: Math.max(...errors), sameSurvivors: best(full) === best(half) };
}

async function agreementOf(wide: Transformer, narrow: Transformer, trial: TrialModel, stage: number): Promise<Agreement> {
  const { database, fitness } = trial;
  const space = searchSpaceOf(database);
  const budget = budgetFor(space, 0.5);
  const parent = uniformGenome(space, budget);
  const settings = { mutation: 'any', maxFlips: 3, attentionShare: null } as const;
  const draw = (random: Random): Genome | null => mutate(space, budget, parent, settings, random);
  const genomes = drawOffspring({ seed: stage, purpose: 'mutation', generation: 1, parent, count: offspring, draw });
  const [start, end] = [stage * sequences, (stage + 1) * sequences];
  const batch = { ...fitness, sequences, ids: fitness.ids.slice(start * fitness.length, end * fitness.length) };
  return agreement(await fitnessOf(wide, trial, batch, genomes), await fitnessOf(narrow, trial, batch, genomes));
}

function figures(how: HalfProducts, found: readonly Agreement[]): Figure[] {
  const least = Math.min(...found.map(({ correlation }) => correlation));
  const note = `${found.length} stages of ${offspring} offspring, ${sequences} sequences each; ${how === 'whole' ? 'products and sums in float16' : 'factors in float16, sums in float32'}`;
  return [
    { name: 'fitness in half precision: least rank correlation with float32', value: least, unit: '', note: `${least.toFixed(5)}; ${note}` },
    { name: 'fitness in half precision: largest relative error', value: 100 * Math.max(...found.map(({ largestError }) => largestError)), unit: '%', note },
    { name: `fitness in half precision: stages with the same ${survivors} survivors`, value: (100 * found.filter(({ sameSurvivors }) => sameSurvivors).length) / found.length, unit: '%', note },
  ];
}

/** The pass over a batch alone, both ways in turn. */
function timing(wide: Transformer, narrow: Transformer, dense: ModelWeights): Promise<Figure> {
  const batch: TokenBatch = { ids: variedTokens(512, dense.spec.vocabulary), sequences: 2, length: 256 };
  const pass = (transformer: Transformer) => async () => {
    using hidden = await transformer.hidden(dense, batch);
    await transformer.logits(dense, hidden, { start: 511, end: 512 });
  };
  return compare({ name: 'forward, products in float16 / in float32', first: pass(narrow), second: pass(wide), rounds: 5 });
}

/**
 * What half precision does to the fitness: whether a stage's offspring keep their order, and the survivors their places. Where
 * the device multiplies float16 (WebGPU with `shader-f16`) its own products are measured, and timed; else float16 factors with
 * float32 sums, which any backend computes exactly.
 */
export async function* halfPrecision(context: BenchContext): AsyncGenerator<Figure> {
  const { runtime, effort } = context;
  const real = runtime.info.backend === 'webgpu' && String(runtime.info.details['features']).split(' ').includes('shader-f16');
  const how: HalfProducts = real ? 'whole' : 'operands';
  await using scope = new Scope();
  const trial = await trialModel(context, scope);
  const narrow = scope.own(await Transformer.create(halved(runtime, how), trial.dense.spec));
  const found: Agreement[] = [];
  for (let stage = 0; stage < stages[effort]; stage++) found.push(await agreementOf(trial.transformer, narrow, trial, stage));
  yield* figures(how, found);
  if (real) yield await timing(trial.transformer, narrow, trial.dense);
}
