import { difference } from '../../src/golden/difference.ts';
import { referenceLogits } from '../../src/model/reference-forward.fixture.ts';
import type { PlainModel } from '../../src/model/reference-forward.fixture.ts';
import { largest } from './prompts.ts';
import type { Prompt } from './prompts.ts';

/** Logits of each prompt and its `next`, `[positions, vocabulary]`, float64. */
export type Logits = readonly ArrayLike<number>[];

export const logitsOf = (model: PlainModel, prompts: readonly Prompt[]): Logits => prompts.map(({ ids, next }) => referenceLogits(model, [...ids, ...next]));

/** `|actual - expected| / |expected|` in Euclidean norms, the larger of the prompts'. */
export function relativeError(actual: Logits, expected: Logits): number {
  const errors = expected.map((values, index) => {
    const found = actual[index] ?? [];
    return difference({ values: found, shape: [found.length] }, { values, shape: [values.length] }).relative;
  });
  return errors.some(Number.isNaN) ? Number.NaN : Math.max(...errors);
}

/** Whether the largest logits choose `next`, token by token. */
export function choosesNext(logits: Logits, prompts: readonly Prompt[], vocabulary: number): boolean {
  return prompts.every(({ ids, next }, which) => {
    const values = Array.from(logits[which] ?? []);
    return next.every((id, index) => {
      const start = (ids.length - 1 + index) * vocabulary;
      return largest(values.slice(start, start + vocabulary)) === id;
    });
  });
}

/** Logits with the mean of each position taken off: what is left where only probabilities are known. */
export const centred = (logits: Logits, vocabulary: number): Logits =>
  logits.map((values) => {
    const rows = Array.from({ length: values.length / vocabulary }, (_, row) => Array.from(values).slice(row * vocabulary, (row + 1) * vocabulary));
    return rows.flatMap((row) => {
      const mean = row.reduce((sum, value) => sum + value, 0) / vocabulary;
      return row.map((value) => value - mean);
    });
  });
