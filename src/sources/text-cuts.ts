/** Where a text may be cut so that its parts have the tokens of the whole. */

const isSpace = (text: string, index: number): boolean => /\s/.test(text.charAt(index));

/** Whether a letter or digit begins at `index`, one outside the basic plane among them. */
const isWord = (text: string, index: number): boolean => /^[\p{L}\p{N}]/u.test(text.slice(index, index + 2));

/**
 * Whether a text may be cut before `index`: after a line's single newline, before a letter or digit. Pre-tokenizers look
 * ahead over white space, so inside a run of it a cut could change the tokens; some also join signs over a newline (`.\n//`).
 */
export function isLineStart(text: string, index: number): boolean {
  return index >= 2 && index < text.length && text[index - 1] === '\n' && !isSpace(text, index - 2) && isWord(text, index);
}

/** Whether a line begins at `index` after a line, neither of them blank; its tokens may depend on what precedes it. */
export function isPlainLineStart(text: string, index: number): boolean {
  return index >= 2 && index < text.length && text[index - 1] === '\n' && !isSpace(text, index - 2) && !isSpace(text, index);
}

/** The first place at or after `from` where a text may be cut; its length if there is none. */
export function nextLineStart(text: string, from: number, begins: typeof isLineStart = isLineStart): number {
  let index = Math.max(from, 1);
  if (begins(text, index)) return index;
  for (;;) {
    const newline = text.indexOf('\n', index - 1);
    if (newline < 0) return text.length;
    index = newline + 1;
    if (begins(text, index)) return index;
    index++;
  }
}

/** Whether a single space at `index` stands between letters; what precedes it is no half of a pair. */
function isWordGap(text: string, index: number): boolean {
  return text[index] === ' ' && index > 0 && /\p{L}/u.test(text.charAt(index - 1)) && /\p{L}/u.test(text.charAt(index + 1));
}

/** The first single space between letters at or after `from`; the text's length if there is none. */
export function nextWordGap(text: string, from: number): number {
  for (let index = text.indexOf(' ', from); index >= 0; index = text.indexOf(' ', index + 1)) {
    if (isWordGap(text, index)) return index;
  }
  return text.length;
}

/** The last place within `length` characters of `start` that is in front of a line, else of a space, else that is inside no pair: not near `start`. */
export function cutAnywhere(text: string, start: number, length: number): number {
  const end = Math.min(text.length, start + length);
  const middle = start + Math.ceil(length / 2);
  const line = text.lastIndexOf('\n', end - 1) + 1;
  if (line > middle) return line;
  const space = text.lastIndexOf(' ', end - 1);
  if (space > middle) return space;
  const code = text.charCodeAt(end);
  return code >= 0xdc00 && code <= 0xdfff && end - 1 > start ? end - 1 : end;
}
