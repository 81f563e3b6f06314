import { outputColumns } from '../model/spec.ts';
import { inBatches } from '../model/token-batches.ts';
import type { Transformer } from '../model/transformer.ts';
import type { ModelWeights, ModuleWeights, TokenBatch } from '../model/weights.ts';
import { readFloats, type Runtime } from '../runtime/runtime.ts';
import type { Storage } from '../storage/storage.ts';
import { CalibrationHessians } from './calibration-hessians.ts';
import { HessianAccumulator } from './hessian.ts';
import { HiddenStates } from './hidden-states.ts';
import { moduleName } from './prune-module.ts';
import { HessianNotFiniteError } from './pruning-errors.ts';
import { SpillStore } from './spill-store.ts';

/** Hessians that are kept in memory, bytes. */
const hessianBytes = 192 << 20;
/** Hidden states that are kept on the device, bytes: 16,384 tokens of a width of 4,096. */
const hiddenBytes = 256 << 20;

export interface CalibrateOptions {
  readonly runtime: Runtime;
  readonly transformer: Transformer;
  readonly dense: ModelWeights;
  readonly tokens: TokenBatch;
  readonly sequencesPerBatch: number;
  /** Takes what is beyond the budgets; nothing is asked of it before that. */
  readonly storage: Storage;
  /** Bytes of Hessians in memory. Default 192 MiB. */
  readonly hessianBytes?: number;
  /** Bytes of hidden states on the device. Default 256 MiB. */
  readonly hiddenBytes?: number;
}

/**
 * Runs the dense model over the calibration tokens, all of them through one module after the other, and adds up the Gram
 * matrix of every output projection's input (method section 2). So only one sum is there at a time, however many modules
 * the model has; what stays for all tokens is the hidden state between two modules.
 *
 * Yields after each batch of a module what that comes to in tokens through the whole model. The Hessians are the caller's,
 * to be disposed; of a module whose inputs are not finite there is none, which is told when it is taken. Throws the errors of the runtime and
 * the storage.
 */
export async function* calibrate(options: CalibrateOptions): AsyncGenerator<number, CalibrationHessians> {
  const { dense, storage } = options;
  const store = new SpillStore({ name: 'hessians', storage, memoryBytes: options.hessianBytes ?? hessianBytes });
  const hessians = new CalibrationHessians(dense.spec, store);
  let done = false;
  try {
    yield* addUp(options, hessians);
    done = true;
    return hessians;
  } finally {
    if (!done) await hessians[Symbol.asyncDispose]();
  }
}

async function* addUp(options: CalibrateOptions, hessians: CalibrationHessians): AsyncGenerator<number, void> {
  const { runtime, transformer, dense, tokens, storage } = options;
  const batches = inBatches(tokens, options.sequencesPerBatch);
  const modules = dense.modules.filter((module) => module !== null);
  await using states = new HiddenStates({ runtime, storage, deviceBytes: options.hiddenBytes ?? hiddenBytes });
  for (const [index, batch] of batches.entries()) await states.put(index, await transformer.embed(dense, batch));
  let steps = 0;
  for (const module of modules) {
    const sum = new HessianAccumulator(moduleName(module), outputColumns(dense.spec, module));
    for (const [index, batch] of batches.entries()) {
      await step(options, module, batch, sum, { states, index });
      yield Math.floor((tokens.ids.length * ++steps) / (batches.length * modules.length));
    }
    await hessians.put(module, sum);
  }
}

/** One batch through one module, its Gram matrix added. */
async function step(
  { runtime, transformer }: CalibrateOptions,
  module: ModuleWeights,
  batch: TokenBatch,
  sum: HessianAccumulator,
  { states, index }: { readonly states: HiddenStates; readonly index: number },
): Promise<void> {
  using input = await states.take(index);
  const { output, gram } = await transformer.calibrate(module, input, batch);
  try {
    const values = await readFloats(runtime, gram);
    if (sum.fault === null) sum.add(values, batch.ids.length);
  } catch (error) {
    // The run can do without this module's levels; whether it can go on is seen when all are there.
    if (error instanceof HessianNotFiniteError) sum.fault = error;
    else {
      output.dispose();
      throw error;
    }
  } finally {
    gram.dispose();
  }
  await states.put(index, output);
}
