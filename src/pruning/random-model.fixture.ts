import { randomFor } from '../base/random.ts';
import { expectedTensors } from '../model/expected-tensors.ts';
import type { LayerShape, ModelSpec } from '../model/spec.ts';
import { wholeSource } from '../model/whole-source.fixture.ts';
import type { TokenBatch, WeightSource } from '../model/weights.ts';
import { oneLayer } from './random-job.fixture.ts';

/** A tiny model of these layers, with biases and q/k norms. */
export function tinySpec(layers: readonly LayerShape[]): ModelSpec {
  return { ...oneLayer([1], 4, 1, 12), outputBias: true, layers };
}

/** Random weights of a model, the norms near 1. */
export function randomSource(spec: ModelSpec, seed: number): WeightSource {
  const read = async (name: string): Promise<Float32Array> => {
    const shape = expectedTensors(spec).get(name);
    if (shape === undefined) throw new RangeError(name);
    const random = randomFor(seed, name);
    const middle = name.endsWith('norm.weight') ? 1 : 0;
    return Float32Array.from({ length: shape.reduce((product, dim) => product * dim, 1) }, () => middle + 0.6 * (random.unit() - 0.5));
  };
  return wholeSource(spec, read);
}

export function randomTokens(spec: ModelSpec, sequences: number, length: number, seed: number): TokenBatch {
  const random = randomFor(seed, 'tokens');
  return { ids: Int32Array.from({ length: sequences * length }, () => random.below(spec.vocabulary)), sequences, length };
}

/** Runs a generator to its end; its outcome, and what it yielded. */
export async function finished<Event, Outcome>(events: AsyncGenerator<Event, Outcome>): Promise<{ seen: Event[]; outcome: Outcome }> {
  const seen: Event[] = [];
  for (;;) {
    const next = await events.next();
    if (next.done === true) return { seen, outcome: next.value };
    seen.push(next.value);
  }
}
