import type { TokenBatch } from '../model/weights.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { compareLogits } from './compare-logits.ts';
import { ExportMismatchError } from './export-errors.ts';
import { OnnxSession } from './onnx-session.ts';
import { sha256 } from './sha256.ts';

/** Logits that are held at once, bytes. */
const LOGITS_BUDGET = 64e6;

/** Largest absolute difference of a logit that float32 arithmetic in another order explains in a model that is no more than usually sensitive. */
const TOLERANCE = 1e-3;
/** Two orders of the same arithmetic differ by up to this many times what one rounding of the input makes; measured: 0.4 to 1.7. */
const ROUNDINGS = 8;
/** No model is so sensitive that more than this is believed to be rounding. */
const MOST = 0.1;

export interface VerificationRequest {
  /** What both are asked; see {@link verificationBatch}. Sequences of two tokens or more. */
  readonly ids: TokenBatch;
  /** Logits of the model that the file was made from `[sequences * length, vocabulary]`. */
  readonly reference: Float32Array;
  /** What a single rounding of its input changes in a logit of the model at most; 0 where that was not measured. */
  readonly sensitivity?: number;
}

export interface Verification {
  /** Size of the file. */
  readonly bytes: number;
  readonly sha256: string;
  /** Largest absolute difference of a logit between the file and the reference. */
  readonly maxAbsoluteError: number;
  /** The same between one decoding step with cache and the file's own full pass. */
  readonly decodeError: number;
  /** Share of the positions at which both have the same most likely token, 0 to 1. */
  readonly agreement: number;
  /** Positions compared. */
  readonly tokens: number;
}

const rowBytes = (vocabulary: number): number => vocabulary * Float32Array.BYTES_PER_ELEMENT;

/** As much of a batch, whole sequences from the front or a part of the first, as gives at most 64 MB of logits. */
export function verificationBatch({ ids, sequences, length }: TokenBatch, vocabulary: number): TokenBatch {
  const tokens = Math.max(2, Math.floor(LOGITS_BUDGET / rowBytes(vocabulary)));
  const kept = tokens < length ? { sequences: 1, length: tokens } : { sequences: Math.min(sequences, Math.floor(tokens / length)), length };
  return { ids: ids.slice(0, kept.sequences * kept.length), ...kept };
}

/** Sequences `from` to before `to`. */
function rows({ ids, length }: TokenBatch, from: number, to: number): TokenBatch {
  return { ids: ids.subarray(from * length, to * length), sequences: to - from, length };
}

/** The difference between a decoding step of the first sequence and the same position in its full pass. */
async function decodeDifference(session: OnnxSession, ids: TokenBatch): Promise<number> {
  const { vocabulary } = session.signature;
  const first = rows(ids, 0, 1);
  const full = await session.logits(first);
  return compareLogits(await session.decodedLogits(first), full.subarray(-vocabulary), vocabulary).maxAbsoluteError;
}

/**
 * Opens an exported file afresh and compares its logits with those of the model that it was made from, in full passes
 * and for one decoding step with cache. Throws {@link ExportMismatchError} beyond the tolerance, OnnxSignatureError,
 * ProgramRefusedError.
 */
export async function verifyOnnx(runtime: Runtime, bytes: Uint8Array<ArrayBuffer>, request: VerificationRequest): Promise<Verification> {
  const { ids, reference, sensitivity = 0 } = request;
  const tolerance = Math.max(TOLERANCE, Math.min(MOST, ROUNDINGS * sensitivity));
  if (ids.length < 2) throw new RangeError('a decoding step needs sequences of two tokens or more');
  await using session = await OnnxSession.open(runtime, bytes);
  const { vocabulary } = session.signature;
  const tokens = ids.sequences * ids.length;
  if (reference.length !== tokens * vocabulary) throw new RangeError(`${reference.length} logits for ${tokens} tokens of ${vocabulary}`);
  const atOnce = Math.max(1, Math.floor(LOGITS_BUDGET / (ids.length * rowBytes(vocabulary))));
  let maxAbsoluteError = 0;
  let agreeing = 0;
  for (let from = 0; from < ids.sequences; from += atOnce) {
    const to = Math.min(from + atOnce, ids.sequences);
    const expected = reference.subarray(from * ids.length * vocabulary, to * ids.length * vocabulary);
    const difference = compareLogits(await session.logits(rows(ids, from, to)), expected, vocabulary);
    maxAbsoluteError = Math.max(maxAbsoluteError, difference.maxAbsoluteError);
    agreeing += difference.agreeing;
  }
  const decodeError = await decodeDifference(session, ids);
  if (!(Math.max(maxAbsoluteError, decodeError) <= tolerance)) throw new ExportMismatchError({ maxAbsoluteError, decodeError, tolerance });
  return { bytes: bytes.length, sha256: sha256(bytes), maxAbsoluteError, decodeError, agreement: agreeing / tokens, tokens };
}
