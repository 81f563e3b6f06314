import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { ExplainedError } from '../base/explained-error.ts';
import { neededTensors } from '../model/expected-tensors.ts';
import type { RunSource } from './checkpoints/run-progress.ts';
import type { Loaded } from './load-phase.ts';

/** The model or a text is not what the run began with. */
export class SourceChangedError extends ExplainedError {
  constructor(model: string) {
    super({
      what: `The files of ${model}, or the texts of the run, are not those that it began with.`,
      means: 'The run cannot go on with them: what was found so far would not fit. It stays saved as it is.',
      remedy: 'Bring the same model and texts back and resume again, or start a new run.',
    });
  }
}

/** Values of a tensor that are looked at: all of a norm. */
const mostValues = 1 << 14;

/**
 * What a run is made of, in one number: the model's shapes, the values of its small tensors (its norms and biases: weights that were trained
 * further differ in them) and all tokens. Throws what reading the weights throws.
 */
export async function sourceOf({ model, corpus }: Loaded): Promise<RunSource> {
  const hash = sha256.create();
  const text = new TextEncoder();
  hash.update(text.encode(JSON.stringify(model.spec)));
  for (const [name, shape] of neededTensors(model.spec)) {
    if (shape.reduce((product, dim) => product * dim, 1) > mostValues) continue;
    const { buffer, byteOffset, byteLength } = await model.weights.read(name);
    hash.update(text.encode(name));
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  for (const set of [corpus.calibration, corpus.fitness, corpus.training, corpus.evaluation, corpus.validation]) {
    hash.update(text.encode(`/${set?.length ?? 0}/`));
    if (set !== null) hash.update(new Uint8Array(set.ids.buffer, set.ids.byteOffset, set.ids.byteLength));
  }
  return { sha256: bytesToHex(hash.digest()) };
}
