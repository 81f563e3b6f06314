import type { Text } from './text.ts';
import type { TokenSequences } from './token-sequences.ts';

/** Tokens of a passage that two sets must not share; two dozen words are no coincidence. */
export const SHARED_TOKENS = 32;

/** Whether two texts have the same content, whatever they are called. */
export function sameText(a: Text, b: Text): boolean {
  return a.documents.length === b.documents.length && a.documents.every((document, index) => document === b.documents[index]);
}

const MULTIPLIER = 0x01000193;

/** Calls `visit` with the start and hash of every stretch of `window` tokens within a sequence (Rabin-Karp, modulo 2^32). */
function eachWindow({ ids, sequences, length }: TokenSequences, window: number, visit: (start: number, hash: number) => void): void {
  let oldest = 1;
  for (let index = 0; index < window; index++) oldest = Math.imul(oldest, MULTIPLIER);
  for (let sequence = 0; sequence < sequences; sequence++) {
    const [begin, end] = [sequence * length, (sequence + 1) * length];
    let hash = 0;
    for (let index = begin; index < end; index++) {
      hash = (Math.imul(hash, MULTIPLIER) + (ids[index] ?? 0)) | 0;
      if (index - begin >= window) hash = (hash - Math.imul(oldest, ids[index - window] ?? 0)) | 0;
      if (index - begin >= window - 1) visit(index - window + 1, hash);
    }
  }
}

/** The stretches of some sequences, to be asked for those of others. */
class Windows {
  readonly #window: number;
  readonly #found = new Map<number, { readonly ids: Int32Array; readonly start: number }[]>();

  constructor(sets: readonly TokenSequences[], window: number) {
    this.#window = window;
    for (const set of sets) {
      eachWindow(set, window, (start, hash) => {
        if (this.has(set.ids, start, hash)) return;
        const others = this.#found.get(hash);
        if (others) others.push({ ids: set.ids, start });
        else this.#found.set(hash, [{ ids: set.ids, start }]);
      });
    }
  }

  has(ids: Int32Array, start: number, hash: number): boolean {
    return this.#found.get(hash)?.some((other) => this.#equal(ids, start, other.ids, other.start)) ?? false;
  }

  #equal(a: Int32Array, startA: number, b: Int32Array, startB: number): boolean {
    for (let index = 0; index < this.#window; index++) {
      if (a[startA + index] !== b[startB + index]) return false;
    }
    return true;
  }
}

/**
 * The sequences of `heldOut` that have nothing in common with `training`: exactly those are left out of which some
 * {@link SHARED_TOKENS} consecutive tokens (the whole of shorter sequences) are consecutive tokens of a training sequence.
 * What is shared by the texts but lies in none of the training sequences does not count. Order is kept.
 */
export function withoutShared(heldOut: TokenSequences, training: readonly TokenSequences[]): TokenSequences {
  const sets = training.filter((set) => set.sequences > 0);
  const window = Math.min(SHARED_TOKENS, heldOut.length, ...sets.map((set) => set.length));
  const seen = new Windows(sets, window);
  const shared = new Set<number>();
  eachWindow(heldOut, window, (start, hash) => {
    const sequence = Math.floor(start / heldOut.length);
    if (!shared.has(sequence) && seen.has(heldOut.ids, start, hash)) shared.add(sequence);
  });
  const kept = Array.from({ length: heldOut.sequences }, (_, index) => index).filter((index) => !shared.has(index));
  const ids = new Int32Array(kept.length * heldOut.length);
  kept.forEach((sequence, index) => {
    ids.set(heldOut.ids.subarray(sequence * heldOut.length, (sequence + 1) * heldOut.length), index * heldOut.length);
  });
  return { ids, sequences: kept.length, length: heldOut.length };
}
