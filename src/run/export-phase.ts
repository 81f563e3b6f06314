import { exportOnnx } from '../export/onnx-model.ts';
import { verificationBatch, verifyOnnx } from '../export/verify-onnx.ts';
import { trainableTensors } from '../model/parameters.ts';
import { toBatch } from '../model/token-batches.ts';
import type { Transformer } from '../model/transformer.ts';
import type { ModelWeights } from '../model/weights.ts';
import type { Genome } from '../pruning/level-database.ts';
import { readFloats, type Runtime } from '../runtime/runtime.ts';
import type { Corpus } from './corpus.ts';
import type { RunConfig } from './run-config.ts';
import type { RunContext } from './run-context.ts';
import type { RunEventBody } from './run-events.ts';

export interface ExportPhaseOptions {
  readonly config: RunConfig;
  readonly context: RunContext;
  readonly transformer: Transformer;
  readonly winner: ModelWeights;
  readonly genome: Genome;
  readonly corpus: Corpus;
}

/** Held-out sequences that a file is checked on. */
const checkSequences = 2;

/** Reads a model's tensors back by their full names. */
function tensorReader(runtime: Runtime, weights: ModelWeights): (name: string) => Promise<Float32Array> {
  const tensors = trainableTensors(weights);
  return async (name) => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new RangeError(`the model has no ${name}`);
    return readFloats(runtime, tensor);
  };
}

/** Writes the winner as ONNX; each file is reopened in a fresh session and compared before it is offered. */
export async function* exportPhase(options: ExportPhaseOptions): AsyncGenerator<RunEventBody, void> {
  const { config, context, winner, genome } = options;
  for (const [index, format] of config.exports.entries()) {
    yield { type: 'phase-progress', phase: 'export', done: index, total: config.exports.length, unit: 'files', note: 'preparing' };
    const metadata = { base_model: config.model, levels: genome.join(','), target_sparsity: String(config.target.sparsity), seed: String(config.seed) };
    const bytes = await exportOnnx({ spec: winner.spec, readTensor: tensorReader(context.runtime, winner), metadata });
    yield { type: 'phase-progress', phase: 'export', done: index + 0.5, total: config.exports.length, unit: 'files', note: 'checking' };
    const { sha256, maxAbsoluteError, agreement, tokens } = await verify(options, bytes);
    await context.saveFile('model.onnx', bytes);
    yield { type: 'exported', name: 'model.onnx', format, bytes: bytes.length, sha256, maxAbsoluteError, agreement, tokens };
  }
}

async function verify({ context, transformer, winner, corpus }: ExportPhaseOptions, bytes: Uint8Array<ArrayBuffer>) {
  const { evaluation } = corpus;
  const sequences = Math.min(checkSequences, evaluation.sequences);
  const batch = verificationBatch(toBatch(evaluation, Array.from({ length: sequences }, (_, index) => index)), winner.spec.vocabulary);
  using hidden = await transformer.hidden(winner, batch);
  using logits = await transformer.logits(winner, hidden);
  const reference = await readFloats(context.runtime, logits);
  return { ...(await verifyOnnx(context.runtime, bytes, { ids: batch, reference })), tokens: batch.ids.length };
}
