import { expect } from 'vitest';
import { readFloats } from '../runtime/runtime.ts';
import type { Runtime, Tensor } from '../runtime/runtime.ts';
import { DenseWeights } from './dense-weights.ts';
import { candidateSource } from './golden.fixture.ts';
import type { Golden } from './golden.fixture.ts';
import { nextTokens } from './token-batches.ts';
import { trainableTensors } from './parameters.ts';
import type { TrainingScope } from './head-work.ts';
import { Transformer } from './transformer.ts';
import type { ModelWeights, TokenBatch, WeightSource } from './weights.ts';

/** A model on the device with the machine that runs it. */
export interface Bench {
  readonly transformer: Transformer;
  readonly weights: ModelWeights;
}

/** Runs a check on a model and then asserts that nothing it made is left. */
export async function onModel(runtime: Runtime, source: WeightSource, check: (bench: Bench) => Promise<void>): Promise<void> {
  const before = runtime.live();
  {
    await using transformer = await Transformer.create(runtime, source.spec);
    using dense = await DenseWeights.load(runtime, source);
    await check({ transformer, weights: dense.weights });
  }
  expect(runtime.live()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
}

export const largestError = (found: Float32Array, expected: Float32Array): number => {
  expect(found.length).toBe(expected.length);
  return found.reduce((worst, value, index) => Math.max(worst, Math.abs(value - (expected[index] ?? Number.NaN))), 0);
};

const norm = (values: Float32Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

export async function logitsOf({ transformer, weights }: Bench, batch: TokenBatch): Promise<Float32Array> {
  using hidden = await transformer.hidden(weights, batch);
  return await transformer.logits(weights, hidden);
}

/** Values by full name without the number of a tile: tiles are joined in order. */
export async function joinedTiles(runtime: Runtime, tensors: ReadonlyMap<string, Tensor>): Promise<Map<string, Float32Array>> {
  const joined = new Map<string, Float32Array>();
  const inOrder = [...tensors].toSorted(([a], [b]) => tileNumber(a) - tileNumber(b));
  for (const [name, tensor] of inOrder) {
    const whole = name.replace(/\[\d+\]$/, '');
    joined.set(whole, Float32Array.from([...(joined.get(whole) ?? []), ...(await readFloats(runtime, tensor))]));
  }
  return joined;
}

const tileNumber = (name: string): number => Number(/\[(\d+)\]$/.exec(name)?.[1] ?? 0);

/** Loss and gradients on the host, by full name, and that they have the names of what is trained. */
export async function lossAndGradients(runtime: Runtime, { transformer, weights }: Bench, batch: TokenBatch, scope: TrainingScope = {}) {
  const { loss: mean, gradients } = await transformer.lossAndGradients(weights, batch, scope);
  using freed = mean;
  const [loss = Number.NaN] = await readFloats(runtime, freed);
  expect([...gradients.keys()].sort()).toEqual([...trainableTensors(weights, scope).keys()].sort());
  const values = await joinedTiles(runtime, gradients);
  for (const gradient of gradients.values()) gradient.dispose();
  return { loss, gradients: values };
}

/** Compares every gradient of a model with the golden ones, and that there are no others. */
export async function checkGradients(runtime: Runtime, bench: Bench, golden: Golden, run: string, loss: number): Promise<void> {
  const found = await lossAndGradients(runtime, bench, golden.batch);
  const names = golden.names.flatMap((name) => (name.startsWith(`grad/${run}/`) ? [name.slice(`grad/${run}/`.length)] : []));
  expect([...found.gradients.keys()].sort()).toEqual(names.sort());
  expect(Math.abs(found.loss - loss) / loss).toBeLessThan(golden.tolerances.loss_rel);
  const wrong: string[] = [];
  for (const [name, values] of found.gradients) {
    const expected = await golden.floats(`grad/${run}/${name}`);
    const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const difference = norm(values.map((value, index) => value - (expected[index] ?? Number.NaN)));
    const near = largestError(values, expected) <= scale * golden.tolerances.grad_max_abs_over_max;
    if (!near || !(difference <= norm(expected) * golden.tolerances.grad_rel_l2)) wrong.push(name);
  }
  expect(wrong).toEqual([]);
}

/** Mean over the positions that have a next token. */
export function predictedMean(values: Float32Array, { sequences, length }: TokenBatch): number {
  const predicted = values.filter((_, index) => index % length !== length - 1);
  return predicted.reduce((sum, value) => sum + value, 0) / (sequences * (length - 1));
}

export const argMax = (row: Float32Array): number => row.reduce((best, value, index) => (value > (row[best] ?? 0) ? index : best), 0);

/** The first `count` candidates of a golden against its dense model, with probabilities that are kept and that are not. */
export async function checkCandidates(runtime: Runtime, { transformer, weights: dense }: Bench, golden: Golden, count: number): Promise<void> {
  const { batch, tolerances } = golden;
  using denseHidden = await transformer.hidden(dense, batch);
  using teacher = await transformer.teacher(dense, denseHidden);
  const passing = transformer.passingTeacher(dense, denseHidden);
  for (const [index, candidate] of golden.candidates.slice(0, count).entries()) {
    using loaded = await DenseWeights.load(runtime, await candidateSource(golden, index));
    using hidden = await transformer.hidden(loaded.weights, batch);
    const kl = await transformer.kl(teacher, loaded.weights, hidden);
    expect(await transformer.kl(passing, loaded.weights, hidden)).toEqual(kl);
    const measured = await transformer.measure(teacher, loaded.weights, hidden, nextTokens(batch));
    expect(largestError(kl, measured.kl)).toBeLessThan(1e-6);
    const klError = Math.abs(predictedMean(kl, batch) - candidate.kl);
    expect(klError).toBeLessThan(Math.max(tolerances.kl_abs, tolerances.kl_rel * candidate.kl));
    expect(Math.abs(predictedMean(measured.nll, batch) - candidate.ce) / candidate.ce).toBeLessThan(tolerances.loss_rel);
    const expected = await golden.floats(`candidate.${index}/kl_tokens`);
    expect(largestError(kl, expected)).toBeLessThan(tolerances.kl_abs * 10); // single tokens scatter more than their mean
  }
}
