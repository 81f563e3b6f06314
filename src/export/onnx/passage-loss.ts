import type { TokenBatch } from '../../model/weights.ts';

/** `log(sum(exp(x)))` of one row, without overflow. */
function logSumExp(values: Float32Array): number {
  const most = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
}

/** Negative log likelihood in nats of the tokens that follow, summed over all positions that have one; logits `[sequences * length, vocabulary]`. */
export function passageLoss(logits: Float32Array, { ids, sequences, length }: TokenBatch, vocabulary: number): number {
  let loss = 0;
  for (let sequence = 0; sequence < sequences; sequence++) {
    for (let position = 0; position < length - 1; position++) {
      const at = sequence * length + position;
      const row = logits.subarray(at * vocabulary, (at + 1) * vocabulary);
      loss += logSumExp(row) - (row[ids[at + 1] ?? -1] ?? Number.NaN);
    }
  }
  return loss;
}

/** Positions that have a next token. */
export const predictedPositions = ({ sequences, length }: TokenBatch): number => sequences * (length - 1);
