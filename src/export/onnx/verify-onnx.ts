import type { TokenBatch } from '../../model/weights.ts';
import { ExportMismatchError } from '../export-errors.ts';
import { addDifferences, compareLogits, noDifference, relativeError } from './compare-logits.ts';
import type { OnnxSession } from './onnx-session.ts';
import { passageLoss, predictedPositions } from './passage-loss.ts';

/** Logits that are held at once, bytes. */
const LOGITS_BUDGET = 32e6;

/** Largest absolute difference of a logit that float32 arithmetic in another order explains in a model that is no more than usually sensitive. */
const TOLERANCE = 1e-3;
/** Two orders of the same arithmetic differ by up to this many times what one rounding of the input makes; measured: 0.4 to 1.7. */
const ROUNDINGS = 8;
/** No model is so sensitive that more than this is believed to be rounding. */
const MOST = 0.1;
/** Relative error that half precision explains; measured: 2e-3, in a fragile model some times that. A wrong file is off by about 1. */
const HALF_TOLERANCE = 0.1;

export interface VerificationRequest {
  /** What both are asked; see {@link verificationBatch}. Sequences of two tokens or more. */
  readonly ids: TokenBatch;
  /** Logits of the model that the file was made from `[sequences * length, vocabulary]`: what the errors are told against. */
  readonly reference: Float32Array;
  /** Logits that the file has to give, where these are not the model's: those of its rounded weights. */
  readonly expected?: Float32Array;
  /** Precision of the file's arithmetic. */
  readonly arithmetic?: 'float32' | 'float16';
  /** What a single rounding of its input changes in a logit of the model at most; 0 where that was not measured. */
  readonly sensitivity?: number;
}

export interface Verification {
  /** Largest absolute difference of a logit between the file and the reference, and relative error over all of them. */
  readonly maxAbsoluteError: number;
  readonly relativeError: number;
  /** Largest difference between one decoding step with cache and the file's own full pass. */
  readonly decodeError: number;
  /** Share of the positions at which both have the same most likely token, 0 to 1. */
  readonly agreement: number;
  /** Positions compared. */
  readonly tokens: number;
  /** Of the file and of the reference, on what both were asked. */
  readonly perplexity: number;
  readonly candidatePerplexity: number;
}

const rowBytes = (vocabulary: number): number => vocabulary * Float32Array.BYTES_PER_ELEMENT;

/** As much of a batch, whole sequences from the front or a part of the first, as gives at most 32 MB of logits. */
export function verificationBatch({ ids, sequences, length }: TokenBatch, vocabulary: number): TokenBatch {
  const tokens = Math.max(2, Math.floor(LOGITS_BUDGET / rowBytes(vocabulary)));
  const kept = tokens < length ? { sequences: 1, length: tokens } : { sequences: Math.min(sequences, Math.floor(tokens / length)), length };
  return { ids: ids.slice(0, kept.sequences * kept.length), ...kept };
}

/** Sequences `from` to before `to`. */
function rows({ ids, length }: TokenBatch, from: number, to: number): TokenBatch {
  return { ids: ids.subarray(from * length, to * length), sequences: to - from, length };
}

/** The file's answers beside the reference and what was expected, some sequences at a time. `last`: logits of the first sequence's last position. */
async function compareAll(session: OnnxSession, { ids, reference, expected = reference }: VerificationRequest) {
  const { vocabulary } = session.signature;
  const atOnce = Math.max(1, Math.floor(LOGITS_BUDGET / (ids.length * rowBytes(vocabulary))));
  let toReference = noDifference;
  let toExpected = noDifference;
  let loss = 0;
  let last = new Float32Array();
  for (let from = 0; from < ids.sequences; from += atOnce) {
    const part = rows(ids, from, Math.min(from + atOnce, ids.sequences));
    const logits = await session.logits(part);
    const of = (all: Float32Array): Float32Array => all.subarray(from * ids.length * vocabulary, from * ids.length * vocabulary + logits.length);
    toReference = addDifferences(toReference, compareLogits(logits, of(reference), vocabulary));
    toExpected = addDifferences(toExpected, compareLogits(logits, of(expected), vocabulary));
    loss += passageLoss(logits, part, vocabulary);
    if (from === 0) last = logits.slice((ids.length - 1) * vocabulary, ids.length * vocabulary);
  }
  return { toReference, toExpected, loss, last };
}

/**
 * Compares the logits of a file that was opened afresh with those of the model that it was made from, in full passes and
 * for one decoding step with cache. Throws {@link ExportMismatchError} where it does not give what is expected of it.
 */
export async function verifyOnnx(session: OnnxSession, request: VerificationRequest): Promise<Verification> {
  const { ids, reference, sensitivity = 0, arithmetic = 'float32' } = request;
  if (ids.length < 2) throw new RangeError('a decoding step needs sequences of two tokens or more');
  const { vocabulary } = session.signature;
  const tokens = ids.sequences * ids.length;
  for (const { length } of [reference, request.expected ?? reference]) {
    if (length !== tokens * vocabulary) throw new RangeError(`${length} logits for ${tokens} tokens of ${vocabulary}`);
  }
  const { toReference, toExpected, loss, last } = await compareAll(session, request);
  const decoding = compareLogits(await session.decodedLogits(rows(ids, 0, 1)), last, vocabulary);
  const half = arithmetic === 'float16';
  const tolerance = half ? HALF_TOLERANCE : Math.max(TOLERANCE, Math.min(MOST, ROUNDINGS * sensitivity));
  const [fullError, stepError] = half ? [relativeError(toExpected), relativeError(decoding)] : [toExpected.maxAbsoluteError, decoding.maxAbsoluteError];
  if (!(Math.max(fullError, stepError) <= tolerance)) throw new ExportMismatchError({ error: fullError, decodeError: stepError, tolerance, relative: half });
  const predicted = predictedPositions(ids);
  return {
    maxAbsoluteError: toReference.maxAbsoluteError,
    relativeError: relativeError(toReference),
    decodeError: decoding.maxAbsoluteError,
    agreement: toReference.agreeing / tokens,
    tokens,
    perplexity: Math.exp(loss / predicted),
    candidatePerplexity: Math.exp(passageLoss(reference, ids, vocabulary) / predicted),
  };
}
