import { expect, it } from 'vitest';
import { passageLoss, predictedPositions } from './passage-loss.ts';

const batch = { ids: Int32Array.of(0, 1, 1, 2), sequences: 2, length: 2 };

it('sums the surprise of every token that follows another in its sequence', () => {
  // Rows 1 and 3 end their sequences and predict nothing.
  const logits = Float32Array.of(0, Math.log(2), 0, 9, 9, 9, 0, 0, Math.log(8), 9, 9, 9);
  expect(predictedPositions(batch)).toBe(2);
  expect(passageLoss(logits, batch, 3)).toBeCloseTo(-Math.log(2 / 4) - Math.log(8 / 10), 6);
});

it('does not overflow, and is not a number where a logit is none', () => {
  const logits = new Float32Array(12).fill(1000);
  expect(passageLoss(logits, batch, 3)).toBeCloseTo(2 * Math.log(3), 6);
  logits[1] = Number.NaN;
  expect(passageLoss(logits, batch, 3)).toBeNaN();
});
