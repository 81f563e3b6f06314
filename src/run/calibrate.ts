import type { Transformer } from '../model/transformer.ts';
import type { ModelWeights, ModuleWeights, TokenBatch } from '../model/weights.ts';
import { HessianAccumulator } from '../pruning/hessian.ts';
import { moduleName, outputColumns } from '../pruning/prune-module.ts';
import { readFloats, type Runtime, type Tensor } from '../runtime/runtime.ts';
import { moduleIds } from '../model/spec.ts';
import { inBatches } from './sample-sequences.ts';

/**
 * Runs the dense model over the calibration tokens and adds up the Gram matrix of every output projection's input
 * (method section 2). Yields the tokens done after each batch; returns an accumulator per module in genome order.
 */
export async function* calibrate(
  runtime: Runtime,
  transformer: Transformer,
  dense: ModelWeights,
  tokens: TokenBatch,
  sequencesPerBatch: number,
): AsyncGenerator<number, HessianAccumulator[]> {
  const accumulators = moduleIds(dense.spec).map((id) => new HessianAccumulator(moduleName(id), outputColumns(dense.spec, id)));
  let done = 0;
  for (const batch of inBatches(tokens, sequencesPerBatch)) {
    let hidden = await transformer.embed(dense, batch);
    try {
      for (const [index, module] of dense.modules.entries()) {
        const accumulator = accumulators[index];
        if (module === null || accumulator === undefined) continue;
        hidden = await through(runtime, transformer, module, hidden, batch, accumulator);
      }
    } finally {
      hidden.dispose();
    }
    done += batch.ids.length;
    yield done;
  }
  return accumulators;
}

/** One module's output, its Gram matrix added; frees the input. */
async function through(
  runtime: Runtime,
  transformer: Transformer,
  module: ModuleWeights,
  hidden: Tensor,
  batch: TokenBatch,
  accumulator: HessianAccumulator,
): Promise<Tensor> {
  const { output, gram } = await transformer.calibrate(module, hidden, batch);
  try {
    accumulator.add(await readFloats(runtime, gram), batch.ids.length);
  } catch (error) {
    output.dispose();
    throw error;
  } finally {
    gram.dispose();
  }
  hidden.dispose();
  return output;
}
