import { isPlainLineStart, nextLineStart } from './text-cuts.ts';

/** A piece of a document, `[start, end)` in UTF-16 units. */
export interface Passage {
  readonly document: number;
  readonly start: number;
  readonly end: number;
}

/** Where a passage that began at `start` ends: a line start near `target` characters on, else a space, else anywhere. */
function passageEnd(document: string, start: number, target: number): number {
  const wanted = start + target;
  if (wanted >= document.length) return document.length;
  const line = nextLineStart(document, wanted, isPlainLineStart);
  if (line - wanted <= target) return line;
  const space = document.indexOf(' ', wanted);
  if (space >= 0 && space - wanted <= target) return space;
  const low = document.charCodeAt(wanted);
  return low >= 0xdc00 && low <= 0xdfff ? wanted + 1 : wanted; // not inside a surrogate pair
}

/** Cuts documents into passages of about `target` characters that tile them, none reaching over two documents. */
export function cutPassages(documents: readonly string[], target: number): Passage[] {
  if (!(target >= 1)) throw new RangeError(`no passages of ${target} characters`);
  return documents.flatMap((text, document) => {
    const passages: Passage[] = [];
    for (let start = 0; start < text.length; ) {
      const end = passageEnd(text, start, Math.floor(target));
      passages.push({ document, start, end });
      start = end;
    }
    return passages;
  });
}

/** Joins passages of short documents, in their order, to stretches of at least `target` characters; the last may be shorter. */
export function joinPassages(passages: readonly Passage[], target: number): Passage[][] {
  const stretches: Passage[][] = [];
  let open: Passage[] = [];
  let characters = 0;
  for (const passage of passages) {
    open.push(passage);
    characters += passage.end - passage.start;
    if (characters < target) continue;
    stretches.push(open);
    [open, characters] = [[], 0];
  }
  if (open.length > 0) stretches.push(open);
  return stretches;
}

/**
 * The numbers `0 .. count-1` in an order of which every consecutive run is spread evenly over the range: sorted by the
 * fractional part of `i * golden ratio` (Weyl's equidistribution; three-gap theorem).
 */
export function evenOrder(count: number): Uint32Array<ArrayBuffer> {
  const golden = (Math.sqrt(5) - 1) / 2;
  const key = (index: number): number => (index * golden) % 1;
  return Uint32Array.from({ length: count }, (_, index) => index).sort((a, b) => key(a) - key(b));
}
