import type { Tensor } from '../runtime/runtime.ts';
import type { Embedding } from './embedding.ts';
import type { Head } from './head.ts';
import type { TrainingScope } from './head-work.ts';
import { fullName } from './parameters.ts';
import type { RunProgram } from './programs.ts';
import { take } from './take.ts';
import { Tape } from './tape.ts';
import type { RecordModule } from './tape.ts';
import { lossWeights, nextTokens } from './token-batches.ts';
import type { ModelWeights, ModuleWeights, TokenBatch } from './weights.ts';

export interface LossAndGradients {
  /** `[1, 1]`, nats a predicted token; belongs to the caller. */
  readonly loss: Tensor;
  /** By full Hugging Face name; each belongs to the caller. */
  readonly gradients: Map<string, Tensor>;
}

/** What the backward pass runs on. */
interface Machinery {
  readonly embedding: Embedding;
  readonly head: Head;
  readonly run: RunProgram;
  readonly record: RecordModule;
  readonly moduleFeeds: (module: ModuleWeights, x: Tensor) => Record<string, Tensor>;
}

/** Loss and gradients of a batch. Frees all but what it returns, also when it fails. */
export async function backpropagate(
  weights: ModelWeights,
  batch: TokenBatch,
  machinery: Machinery,
  { embeddings = true }: TrainingScope = {},
): Promise<LossAndGradients> {
  const gradients = new Map<string, Tensor>();
  using tape = await Tape.record(weights, await machinery.embedding.lookUp(weights.embedding, batch.ids), machinery.record);
  let made: Tensor | undefined;
  try {
    const { loss, dx } = await headBackward(weights, batch, tape.hidden, machinery.head, { embeddings }, gradients);
    made = loss;
    const embedded = await modulesBackward(tape, dx, machinery, gradients);
    using dEmbedding = embedded; // [tokens, d]
    if (embeddings) await machinery.embedding.addGradients(weights.embedding, batch.ids, dEmbedding, gradients);
    return { loss, gradients };
  } catch (error) {
    made?.dispose();
    for (const gradient of gradients.values()) gradient.dispose();
    throw error;
  }
}

/** The loss, with the gradients of the final norm and of the head; the head's is the embedding's where they are tied. */
function headBackward(
  weights: ModelWeights,
  batch: TokenBatch,
  hidden: Tensor,
  head: Head,
  scope: Required<TrainingScope>,
  gradients: Map<string, Tensor>,
): Promise<{ loss: Tensor; dx: Tensor }> {
  return head.loss(weights, hidden, { targets: nextTokens(batch), weights: lossWeights(batch) }, scope, gradients);
}

/** From the last module to the first; what the tape kept is freed on the way. Returns the gradient of the embeddings. */
async function modulesBackward(tape: Tape, dHidden: Tensor, { run, moduleFeeds }: Machinery, gradients: Map<string, Tensor>): Promise<Tensor> {
  let dx = dHidden;
  for (let taken = tape.takeLast(); taken !== undefined; taken = tape.takeLast()) {
    using step = taken;
    using dy = dx;
    const { module, feeds } = step;
    const outputs = await run(`${module.kind}.backward`, { ...moduleFeeds(module, take(feeds, 'x')), ...feeds, dy });
    dx = take(outputs, 'dx');
    for (const name of Object.keys(module.tensors)) gradients.set(fullName(module.layer, name), take(outputs, `grad.${name}`));
  }
  return dx;
}
