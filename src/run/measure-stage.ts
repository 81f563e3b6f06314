import { MeasuringSet } from '../evaluation/measuring-set.ts';
import { measureFitness, type FitnessKind } from '../evaluation/fitness.ts';
import { Scope } from '../base/scope.ts';
import { toBatch } from '../model/token-batches.ts';
import type { Transformer } from '../model/transformer.ts';
import type { ModelWeights, TokenBatch } from '../model/weights.ts';
import type { ModuleCache } from '../pruning/materialise.ts';
import type { Runtime, Tensor } from '../runtime/runtime.ts';
import type { Individual } from '../search/events.ts';
import type { Measure, MeasureEvent, MeasureRequest } from '../search/measure.ts';
import { constantRate } from '../training/learning-rate.ts';
import { fineTune } from '../training/fine-tune.ts';
import type { DenseStates } from './dense-states.ts';
import { drawIndices, sequencesFor } from './sample-sequences.ts';

export interface MeasuringOptions {
  readonly runtime: Runtime;
  readonly transformer: Transformer;
  readonly dense: ModelWeights;
  readonly modules: ModuleCache;
  readonly fitnessPool: TokenBatch;
  /** Of the fitness pool. */
  readonly denseStates: DenseStates;
  readonly trainingPool: TokenBatch;
  readonly fitness: FitnessKind;
  /** Whether fine-tuning changes embedding and head. */
  readonly trainEmbeddings: boolean;
  readonly seed: number;
  readonly sequencesPerBatch: number;
  /** Told of tokens that passed through models. */
  readonly count: (tokens: { readonly forward?: number; readonly trained?: number }) => void;
}

/** The parent's inputs of every module, for each batch of the stage. */
type ParentInputs = readonly (readonly Tensor[])[];

/**
 * The search's measuring function on real models: every candidate of a stage sees the same sequences, drawn anew for each
 * generation and stage. Where nothing is trained, blocks before the first difference from the parent are not run again.
 */
export function createMeasure(options: MeasuringOptions): Measure {
  return (request) => measureStage(options, request);
}

async function* measureStage(options: MeasuringOptions, request: MeasureRequest): AsyncGenerator<MeasureEvent, void> {
  await using scope = new Scope();
  const { transformer, dense } = options;
  const drawn = drawSequences(options, request);
  const batches = drawn.map((indices) => toBatch(options.fitnessPool, indices));
  const set = scope.own(await MeasuringSet.create(transformer, dense, batches, (index) => denseHidden(options, drawn[index] ?? [])));
  if (request.stage.trainingTokens > 0) {
    for (const candidate of request.candidates) yield* trainAndMeasure(options, request, set, candidate);
    return;
  }
  const inputs = await parentInputs(options, request, batches, scope);
  for (const candidate of request.candidates) yield await measureFrom(options, request, set, inputs, candidate);
}

const tokensOf = (batches: readonly TokenBatch[]): number => batches.reduce((sum, { ids }) => sum + ids.length, 0);

/** The stage's fitness sequences by index into the pool, parted into batches. */
function drawSequences({ fitnessPool, seed, sequencesPerBatch }: MeasuringOptions, { generation, stageIndex, stage }: MeasureRequest): number[][] {
  const wanted = sequencesFor(stage.fitnessTokens, fitnessPool.length);
  const indices = drawIndices(fitnessPool.sequences, wanted, seed, 'fitness', generation, stageIndex);
  const batches = Math.ceil(indices.length / sequencesPerBatch);
  return Array.from({ length: batches }, (_, batch) => indices.slice(batch * sequencesPerBatch, (batch + 1) * sequencesPerBatch));
}

async function denseHidden({ denseStates, count }: MeasuringOptions, indices: readonly number[]): Promise<Tensor> {
  const { hidden, ran } = await denseStates.hidden(indices);
  count({ forward: ran });
  return hidden;
}

/** Runs the parent over the batches and keeps what enters each module. */
async function parentInputs(options: MeasuringOptions, request: MeasureRequest, batches: readonly TokenBatch[], scope: Scope): Promise<ParentInputs> {
  const { transformer, modules, count } = options;
  using parent = await modules.lease(request.parent.genome);
  const inputs: Tensor[][] = [];
  for (const batch of batches) {
    const kept = await transformer.moduleInputs(parent.weights, batch);
    inputs.push(kept.map((tensor) => scope.own(tensor)));
  }
  count({ forward: tokensOf(batches) });
  return inputs;
}

/** Index of the first module at which the candidate differs from the parent; their number where it does not. */
function firstDifference(parent: Individual, candidate: Individual): number {
  const index = candidate.genome.findIndex((level, module) => level !== parent.genome[module]);
  return index < 0 ? candidate.genome.length : index;
}

async function measureFrom(
  options: MeasuringOptions,
  { parent }: MeasureRequest,
  set: MeasuringSet,
  inputs: ParentInputs,
  candidate: Individual,
): Promise<MeasureEvent> {
  const { transformer, modules, fitness, count } = options;
  using leased = await modules.lease(candidate.genome);
  const index = firstDifference(parent, candidate);
  const value = await measureFitness(fitness, transformer, set, leased.weights, async (batch) => {
    const tokens = set.batches[batch];
    const hidden = inputs[batch]?.[index];
    if (tokens === undefined || hidden === undefined) throw new RangeError(`no parent activations for batch ${batch}`);
    return transformer.hidden(leased.weights, tokens, { index, hidden });
  });
  const share = 1 - index / candidate.genome.length;
  count({ forward: Math.round(tokensOf(set.batches) * share) });
  return { type: 'measured', id: candidate.id, fitness: value };
}

async function* trainAndMeasure(
  options: MeasuringOptions,
  request: MeasureRequest,
  set: MeasuringSet,
  candidate: Individual,
): AsyncGenerator<MeasureEvent, void> {
  const { runtime, transformer, modules, fitness, count } = options;
  const { batches, total } = trainingBatches(options, request);
  const embeddings = options.trainEmbeddings;
  using owned = await modules.ownedModel(candidate.genome, { embeddings });
  const learningRate = constantRate(request.learningRate);
  const steps = fineTune({ runtime, transformer, weights: owned.weights, batches, totalTokens: total, learningRate, embeddings });
  for await (const step of steps) {
    yield { type: 'training', id: candidate.id, done: step.tokens, total, loss: step.loss };
  }
  count({ trained: total });
  const value = await measureFitness(fitness, transformer, set, owned.weights, async (index) => {
    const batch = set.batches[index];
    if (batch === undefined) throw new RangeError(`no batch ${index}`);
    return transformer.hidden(owned.weights, batch);
  });
  count({ forward: tokensOf(set.batches) });
  yield { type: 'measured', id: candidate.id, fitness: value };
}

/** One sequence a step, the same for all candidates of the stage; fewer tokens than a sequence are a shorter one. */
function trainingBatches({ trainingPool, seed }: MeasuringOptions, { generation, stageIndex, stage }: MeasureRequest): { batches: TokenBatch[]; total: number } {
  const length = Math.max(2, Math.min(trainingPool.length, stage.trainingTokens));
  const indices = drawIndices(trainingPool.sequences, sequencesFor(stage.trainingTokens, length), seed, 'training', generation, stageIndex);
  const batches = indices.map((index) => ({ ids: toBatch(trainingPool, [index]).ids.slice(0, length), sequences: 1, length }));
  return { batches, total: tokensOf(batches) };
}
