/** Two texts by words: what they share from the start, the word at which they part, and the rest of each. */
export interface Parting {
  readonly common: string;
  readonly rests: readonly [first: Rest, second: Rest];
}

export interface Rest {
  /** The first word that differs, with the space before it. */
  readonly word: string;
  readonly after: string;
}

const words = (text: string): string[] => text.match(/\s*\S+/g) ?? [];

const restOf = (all: readonly string[], from: number): Rest => ({ word: all[from] ?? '', after: all.slice(from + 1).join('') });

/** Splits at the first differing word. Equal texts, or one that begins the other, part where the shorter ends. */
export function firstDifference(first: string, second: string): Parting {
  const [a, b] = [words(first), words(second)];
  let shared = 0;
  while (shared < a.length && shared < b.length && a[shared] === b[shared]) shared += 1;
  return { common: a.slice(0, shared).join(''), rests: [restOf(a, shared), restOf(b, shared)] };
}
