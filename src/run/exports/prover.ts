import { roundingSensitivity } from '../../evaluation/rounding-sensitivity.ts';
import { explain } from '../../base/explained-error.ts';
import { Scope } from '../../base/scope.ts';
import { formatOf } from '../../export/formats.ts';
import type { Format, FormatId } from '../../export/formats.ts';
import { arrangedWeights } from '../../export/onnx/onnx-model.ts';
import { storageOf } from '../../export/onnx/onnx-precision.ts';
import { OnnxSession } from '../../export/onnx/onnx-session.ts';
import type { OnnxFile } from '../../export/onnx/onnx-file.ts';
import { storedWeights } from '../../export/onnx/stored-weights.ts';
import { verificationBatch, verifyOnnx } from '../../export/onnx/verify-onnx.ts';
import type { Verification } from '../../export/onnx/verify-onnx.ts';
import { DenseWeights } from '../../model/dense-weights.ts';
import { toBatch } from '../../model/token-batches.ts';
import type { Transformer } from '../../model/transformer.ts';
import type { ModelWeights, TokenBatch, WeightSource } from '../../model/weights.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { ProgramFailedError, ProgramRefusedError } from '../../runtime/runtime-errors.ts';
import type { Tokenizer } from '../../sources/tokenizer.ts';
import { NotOpenedError } from './export-errors.ts';
import type { FormatCheck } from './export-events.ts';

/** Held-out sequences that a file is checked on. */
const CHECK_SEQUENCES = 2;
/** Tokens of the passage that the file's sample goes on from, and tokens that it writes. */
const PROMPT = 16;
const WRITTEN = 32;

type OnnxFormat = Extract<Format, { kind: 'onnx' }>;

/** What the candidate answers on a held-out passage. */
export interface Reference {
  readonly ids: TokenBatch;
  /** `[sequences * length, vocabulary]` */
  readonly logits: Float32Array;
  readonly sensitivity: number;
}

/** As much of every sequence. One position fewer than the model has leaves room for the one that {@link OnnxSession} hides. */
function firstPositions({ ids, sequences, length }: TokenBatch, most: number): TokenBatch {
  const kept = Math.min(length, most);
  const rows = Array.from({ length: sequences }, (_, row) => [...ids.subarray(row * length, row * length + kept)]);
  return { ids: Int32Array.from(rows.flat()), sequences, length: kept };
}

/** Logits `[sequences * length, vocabulary]` of weights that are brought to the device for it. */
export async function answersOf(runtime: Runtime, transformer: Transformer, weights: WeightSource, ids: TokenBatch): Promise<Float32Array> {
  await using scope = new Scope();
  const { weights: live } = scope.own(await DenseWeights.load(runtime, weights));
  using hidden = await transformer.hidden(live, ids);
  return await transformer.logits(live, hidden);
}

/** Asks the candidate on the device, once; its answers then stand for it, and it may go. */
export async function referenceOf(runtime: Runtime, transformer: Transformer, weights: ModelWeights, heldOut: TokenBatch): Promise<Reference> {
  const sequences = Math.min(CHECK_SEQUENCES, heldOut.sequences);
  const passages = toBatch(heldOut, Array.from({ length: sequences }, (_, index) => index));
  const batch = verificationBatch(firstPositions(passages, weights.spec.maxPositions - 1), weights.spec.vocabulary);
  using hidden = await transformer.hidden(weights, batch);
  const logits = await transformer.logits(weights, hidden);
  return { ids: batch, logits, sensitivity: await roundingSensitivity({ runtime, transformer, weights, batch, logits }) };
}

export interface ProverOptions {
  readonly reference: () => Promise<Reference>;
  readonly weights: WeightSource;
  /** Logits `[sequences * length, vocabulary]` of other weights, by the engine; they are on the device for as long as that takes. */
  readonly answers: (weights: WeightSource, ids: TokenBatch) => Promise<Float32Array>;
  readonly tokenizer: Tokenizer;
  /** Where files are opened; those after the first only if it cannot run a file. */
  readonly runtimes: readonly (() => Promise<Runtime>)[];
}

/** Whether an error tells of this machine (memory, features) as likely as of the file. */
const cannotBeTold = (error: unknown): boolean => error instanceof ProgramRefusedError || error instanceof ProgramFailedError || error instanceof RangeError;

/** Opens exported ONNX files as their users will and compares them with the candidate. */
export class Prover {
  readonly #options: ProverOptions;
  #reference: Reference | null = null;
  /** What weights rounded for a format give; of the last format only. */
  #expected: { readonly id: FormatId; readonly logits: Float32Array } | null = null;

  constructor(options: ProverOptions) {
    this.#options = options;
  }

  /**
   * Checks a file, which is read when it is opened and not held longer. `onProgress` is told after every part of the work.
   * Throws what the last runtime that was tried made of it: ExportMismatchError, OnnxSignatureError, {@link NotOpenedError}.
   */
  async check(id: FormatId, file: () => Promise<OnnxFile>, onProgress: (done: number, total: number) => void = () => undefined): Promise<FormatCheck> {
    const format = formatOf(id);
    if (format.kind !== 'onnx') throw new RangeError(`${id} is no ONNX file`);
    const { type, fourBits } = storageOf[format.precision];
    const reference = (this.#reference ??= await this.#options.reference());
    onProgress(1, 4);
    let failure: unknown = null;
    for (const open of this.#options.runtimes) {
      try {
        const runtime = await open();
        const expected = fourBits ? await this.#dequantised(id, format, reference) : reference.logits;
        onProgress(2, 4);
        return await this.#compare(runtime, file, { reference, expected, half: type === 'float16' }, onProgress);
      } catch (error) {
        failure = error; // the next runtime may be able to
      }
    }
    throw cannotBeTold(failure) ? new NotOpenedError(explain(failure).what, { cause: failure }) : failure;
  }

  async #compare(
    runtime: Runtime,
    file: () => Promise<OnnxFile>,
    { reference, expected, half }: { readonly reference: Reference; readonly expected: Float32Array; readonly half: boolean },
    onProgress: (done: number, total: number) => void,
  ): Promise<FormatCheck> {
    await using session = await OnnxSession.open(runtime, await file());
    const { ids, logits, sensitivity } = reference;
    const verification: Verification = await verifyOnnx(session, { ids, reference: logits, expected, sensitivity, arithmetic: half ? 'float16' : 'float32' });
    onProgress(3, 4);
    const { tokens, maxAbsoluteError, relativeError, agreement, perplexity, candidatePerplexity } = verification;
    const sample = await this.#sample(session, ids);
    return { backend: runtime.info.backend, tokens, maxAbsoluteError, relativeError, agreement, perplexity, candidatePerplexity, sample };
  }

  async #sample(session: OnnxSession, { ids, length }: TokenBatch): Promise<FormatCheck['sample']> {
    const { tokenizer } = this.#options;
    const prompt = [...ids.subarray(0, Math.min(PROMPT, length))];
    const written: number[] = [];
    for await (const id of session.greedy(prompt, Math.min(WRITTEN, this.#options.weights.spec.maxPositions - 1 - prompt.length))) {
      if (id === tokenizer.eos) break;
      written.push(id);
    }
    return { prompt: tokenizer.decode(prompt, { skipSpecial: true }), text: tokenizer.decode(written, { skipSpecial: true }) };
  }

  /** Logits of the weights as a quantised file holds them: the engine's own answer, which shares no code with the file. */
  async #dequantised(id: FormatId, { precision, attention }: OnnxFormat, { ids }: Reference): Promise<Float32Array> {
    if (this.#expected?.id === id) return this.#expected.logits;
    const logits = await this.#options.answers(storedWeights(arrangedWeights(this.#options.weights, attention), precision), ids);
    this.#expected = { id, logits };
    return logits;
  }
}
