import { randomFor } from '../../src/base/random.ts';
import type { Random } from '../../src/base/random.ts';
import { referenceLogits } from '../../src/model/reference-forward.fixture.ts';
import type { PlainModel } from '../../src/model/reference-forward.fixture.ts';

/** A text, and what the reference has to say of it. */
export interface Prompt {
  readonly text: string;
  readonly ids: readonly number[];
  /** Greedy tokens that follow. */
  readonly next: readonly number[];
}

/** Greedy tokens that are asked for. */
const GENERATED = 6;

/**
 * Least distance of the two largest logits, over the root mean square of all, at each greedy token: ten times what float16
 * is allowed to be off. Nearer ones would test how sums are rounded.
 */
const LEAST_MARGIN = 0.05;

const words = 'Once upon a time there was little fox who lived near the old river and she said to her friend that they could not find any more bread'.split(' ');

function sentence(random: Random, least: number, most: number): string {
  const count = least + random.below(most - least + 1);
  return Array.from({ length: count }, () => words[random.below(words.length)]).join(' ');
}

/** The largest of a row, the first of equals. */
export function largest(row: ArrayLike<number>): number {
  let best = 0;
  for (let index = 1; index < row.length; index++) {
    if ((row[index] ?? Number.NaN) > (row[best] ?? Number.NaN)) best = index;
  }
  return best;
}

function margin(row: readonly number[], top: number): number {
  const second = row.reduce((most, value, index) => (index === top ? most : Math.max(most, value)), Number.NEGATIVE_INFINITY);
  return ((row[top] ?? 0) - second) / Math.sqrt(row.reduce((sum, value) => sum + value * value, 0) / row.length);
}

/** A text that only repeats itself would hide a wrong position or cache. */
const LEAST_DISTINCT = 3;

/** Greedy tokens of the reference; null where two are too near each other, or the text ends or repeats itself. */
function continuation(model: PlainModel, ids: readonly number[], end: number): number[] | null {
  const { vocabulary } = model.spec;
  const next: number[] = [];
  while (next.length < GENERATED) {
    const row = referenceLogits(model, [...ids, ...next]).slice(-vocabulary);
    const top = largest(row);
    if (top === end || margin(row, top) < LEAST_MARGIN) return null;
    next.push(top);
  }
  return new Set(next).size < LEAST_DISTINCT ? null : next;
}

const TRIES = 100;

/** Two prompts of different lengths whose greedy continuation is no matter of rounding. */
export function choosePrompts(model: PlainModel, seed: number, encode: (text: string) => ArrayLike<number>, end: number): Prompt[] {
  const lengths = [[7, 10], [3, 5]] as const;
  return lengths.map(([least, most], which) => {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const text = sentence(randomFor(seed, 'prompt', which, attempt), least, most);
      const ids = Array.from(encode(text));
      const next = continuation(model, ids, end);
      if (next !== null) return { text, ids, next };
    }
    throw new Error(`none of ${TRIES} prompts has a continuation that is clear`);
  });
}
