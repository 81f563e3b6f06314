import type { Tensor } from '../runtime/runtime.ts';
import type { Embedding } from './embedding.ts';
import type { Head } from './head.ts';
import type { TrainingScope } from './head-work.ts';
import { fullName } from './parameters.ts';
import type { RunProgram } from './programs.ts';
import { take } from './take.ts';
import { lossWeights, nextTokens } from './token-batches.ts';
import type { ModelWeights, ModuleWeights, TokenBatch } from './weights.ts';

export interface LossAndGradients {
  /** `[1, 1]`, nats a predicted token; belongs to the caller. */
  readonly loss: Tensor;
  /** By full Hugging Face name; each belongs to the caller. */
  readonly gradients: Map<string, Tensor>;
}

/** The forward half of a transformer. */
interface Forward {
  moduleInputs(weights: ModelWeights, batch: TokenBatch): Promise<Tensor[]>;
}

/** What the backward pass runs on. */
interface Machinery {
  readonly embedding: Embedding;
  readonly head: Head;
  readonly run: RunProgram;
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
  { embeddings = true }: TrainingScope = {},
): Promise<LossAndGradients> {
  const gradients = new Map<string, Tensor>();
  const inputs = await transformer.moduleInputs(weights, batch);
  let made: Tensor | undefined;
  try {
    const { loss, dx } = await headBackward(weights, batch, inputs, machinery.head, { embeddings }, gradients);
    made = loss;
    const embedded = await modulesBackward(weights, dx, inputs, machinery, gradients);
    using dEmbedding = embedded; // [tokens, d]
    if (embeddings) await machinery.embedding.addGradients(weights.embedding, batch.ids, dEmbedding, gradients);
    return { loss, gradients };
  } catch (error) {
    made?.dispose();
    for (const gradient of gradients.values()) gradient.dispose();
    throw error;
  } finally {
    for (const input of inputs) input.dispose();
  }
}

/** The loss, with the gradients of the final norm and of the head; the head's is the embedding's where they are tied. */
async function headBackward(
  weights: ModelWeights,
  batch: TokenBatch,
  inputs: Tensor[],
  head: Head,
  scope: Required<TrainingScope>,
  gradients: Map<string, Tensor>,
): Promise<{ loss: Tensor; dx: Tensor }> {
  using hidden = popped(inputs);
  return await head.loss(weights, hidden, { targets: nextTokens(batch), weights: lossWeights(batch) }, scope, gradients);
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

function popped(inputs: Tensor[]): Tensor {
  const tensor = inputs.pop();
  if (tensor === undefined) throw new RangeError('fewer inputs than modules');
  return tensor;
}
