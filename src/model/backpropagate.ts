import { readFloats } from '../runtime/runtime.ts';
import type { Runtime, Tensor } from '../runtime/runtime.ts';
import { EMBEDDING, FINAL_NORM, fullName, HEAD } from './parameters.ts';
import type { ProgramName } from './programs.ts';
import { take } from './take.ts';
import { nextTokens } from './token-batches.ts';
import type { ModelWeights, ModuleWeights, TokenBatch } from './weights.ts';

export interface LossAndGradients {
  /** Nats a predicted token. */
  readonly loss: number;
  /** By full Hugging Face name; each belongs to the caller. */
  readonly gradients: Map<string, Tensor>;
}

/** The forward half of a transformer. */
interface Forward {
  moduleInputs(weights: ModelWeights, batch: TokenBatch): Promise<Tensor[]>;
}

/** What the backward pass runs on. */
interface Machinery {
  readonly runtime: Runtime;
  /** `[tokens]` */
  readonly lossWeights: Tensor;
  readonly run: (name: ProgramName, feeds: Readonly<Record<string, Tensor>>) => Promise<Record<string, Tensor>>;
  readonly moduleFeeds: (module: ModuleWeights, x: Tensor) => Record<string, Tensor>;
}

/**
 * Loss and gradients of a batch. Keeps the module inputs of the forward pass; every backward program computes its own
 * forward again. Frees all but what it returns, also when it fails.
 */
export async function backpropagate(
  transformer: Forward,
  weights: ModelWeights,
  batch: TokenBatch,
  machinery: Machinery,
): Promise<LossAndGradients> {
  const gradients = new Map<string, Tensor>();
  const inputs = await transformer.moduleInputs(weights, batch);
  try {
    const { loss, dx } = await headBackward(weights, batch, inputs, machinery, gradients);
    const embedded = await modulesBackward(weights, dx, inputs, machinery, gradients);
    using dEmbedding = embedded; // [tokens, d]
    await embeddingBackward(weights, batch, dEmbedding, machinery.runtime, gradients);
    return { loss, gradients };
  } catch (error) {
    for (const gradient of gradients.values()) gradient.dispose();
    throw error;
  } finally {
    for (const input of inputs) input.dispose();
  }
}

/** The loss, with the gradients of the final norm and of the head; the head's is the embedding's where they are tied. */
async function headBackward(
  { spec, finalNorm, head }: ModelWeights,
  batch: TokenBatch,
  inputs: Tensor[],
  { runtime, run, lossWeights }: Machinery,
  gradients: Map<string, Tensor>,
): Promise<{ loss: number; dx: Tensor }> {
  using targets = runtime.upload(nextTokens(batch), [batch.ids.length]);
  using hidden = popped(inputs);
  const outputs = await run('head.loss', { hidden, norm: finalNorm, head, targets, weights: lossWeights });
  gradients.set(FINAL_NORM, take(outputs, 'grad.norm'));
  gradients.set(spec.tiedHead ? EMBEDDING : HEAD, take(outputs, 'grad.head'));
  using loss = take(outputs, 'loss');
  const [value = Number.NaN] = await readFloats(runtime, loss);
  return { loss: value, dx: take(outputs, 'dx') };
}

/** From the last module to the first; takes `inputs` apart as it goes. Returns the gradient of the embeddings. */
async function modulesBackward(
  { modules }: ModelWeights,
  dHidden: Tensor,
  inputs: Tensor[],
  { run, moduleFeeds }: Machinery,
  gradients: Map<string, Tensor>,
): Promise<Tensor> {
  let dx = dHidden;
  for (const module of modules.toReversed()) {
    using x = popped(inputs); // of a removed module: what the module after it has read already
    if (module === null) continue;
    using dy = dx;
    const outputs = await run(`${module.kind}.backward`, { ...moduleFeeds(module, x), dy });
    dx = take(outputs, 'dx');
    for (const name of Object.keys(module.tensors)) gradients.set(fullName(module.layer, name), take(outputs, `grad.${name}`));
  }
  return dx;
}

/** Rows of equal ids are summed in order of position, so the result does not depend on the back end's scheduling. */
async function embeddingBackward(
  { spec }: ModelWeights,
  { ids }: TokenBatch,
  dEmbedding: Tensor,
  runtime: Runtime,
  gradients: Map<string, Tensor>,
): Promise<void> {
  const gradient = gradients.get(EMBEDDING) ?? runtime.zeros([spec.vocabulary, spec.hidden]);
  gradients.set(EMBEDDING, gradient);
  await runtime.scatterAddRows(gradient, ids, dEmbedding);
}

function popped(inputs: Tensor[]): Tensor {
  const tensor = inputs.pop();
  if (tensor === undefined) throw new RangeError('fewer inputs than modules');
  return tensor;
}
