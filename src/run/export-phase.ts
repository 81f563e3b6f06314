import { roundingSensitivity } from '../evaluation/rounding-sensitivity.ts';
import { exportOnnx } from '../export/onnx-model.ts';
import { verificationBatch, verifyOnnx } from '../export/verify-onnx.ts';
import { exportMetadata } from '../model/export-metadata.ts';
import type { OpenModel } from '../model/load-model.ts';
import { tensorReader } from '../model/tensor-reader.ts';
import { toBatch } from '../model/token-batches.ts';
import type { Transformer } from '../model/transformer.ts';
import type { ModelWeights } from '../model/weights.ts';
import type { Genome } from '../pruning/level-database.ts';
import type { Corpus } from './corpus.ts';
import type { RunConfig } from './run-config.ts';
import type { RunContext } from './run-context.ts';
import type { RunEventBody } from './run-events.ts';

export interface ExportPhaseOptions {
  readonly config: RunConfig;
  readonly context: RunContext;
  /** The model that was pruned, for what the file says of itself. */
  readonly model: OpenModel;
  readonly transformer: Transformer;
  readonly winner: ModelWeights;
  readonly genome: Genome;
  readonly corpus: Corpus;
}

/** Held-out sequences that a file is checked on. */
const checkSequences = 2;

/** Writes the winner as ONNX; each file is reopened in a fresh session and compared before it is offered. */
export async function* exportPhase(options: ExportPhaseOptions): AsyncGenerator<RunEventBody, void> {
  const { config, context, model, winner, genome } = options;
  for (const [index, format] of config.exports.entries()) {
    yield { type: 'phase-progress', phase: 'export', done: index, total: config.exports.length, unit: 'files', note: 'preparing' };
    const origin = { config: model.config, about: model.about, baseModel: model.baseModel ?? config.model };
    const settings = { levels: genome.join(','), target_sparsity: String(config.target.sparsity), seed: String(config.seed) };
    const metadata = { ...exportMetadata(winner.spec, origin), ...settings };
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
  const reference = await transformer.logits(winner, hidden);
  const { runtime } = context;
  const sensitivity = await roundingSensitivity({ runtime, transformer, weights: winner, batch, logits: reference });
  return { ...(await verifyOnnx(runtime, bytes, { ids: batch, reference, sensitivity })), tokens: batch.ids.length };
}
