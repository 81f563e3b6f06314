import type { Transformer } from '../model/transformer.ts';
import type { ModelWeights, ModuleWeights, TokenBatch } from '../model/weights.ts';
import { CalibrationHessians } from './calibration-hessians.ts';
import { readFloats, type Runtime, type Tensor } from '../runtime/runtime.ts';
import { inBatches } from '../model/token-batches.ts';

/**
 * Runs the dense model over the calibration tokens and adds up the Gram matrix of every output projection's input
 * (method section 2). Yields the tokens done after each batch.
 */
export async function* calibrate(
  runtime: Runtime,
  transformer: Transformer,
  dense: ModelWeights,
  tokens: TokenBatch,
  sequencesPerBatch: number,
): AsyncGenerator<number, CalibrationHessians> {
  const hessians = new CalibrationHessians(dense.spec);
  let done = 0;
  for (const batch of inBatches(tokens, sequencesPerBatch)) {
    let hidden = await transformer.embed(dense, batch);
    try {
      for (const module of dense.modules) {
        if (module !== null) hidden = await through(runtime, transformer, module, hidden, batch, hessians);
      }
    } finally {
      hidden.dispose();
    }
    done += batch.ids.length;
    yield done;
  }
  return hessians;
}

/** One module's output, its Gram matrix added; frees the input. */
async function through(
  runtime: Runtime,
  transformer: Transformer,
  module: ModuleWeights,
  hidden: Tensor,
  batch: TokenBatch,
  hessians: CalibrationHessians,
): Promise<Tensor> {
  const { output, gram } = await transformer.calibrate(module, hidden, batch);
  try {
    hessians.add(module, await readFloats(runtime, gram), batch.ids.length);
  } catch (error) {
    output.dispose();
    throw error;
  } finally {
    gram.dispose();
  }
  hidden.dispose();
  return output;
}
