/** Pieces of Markdown (CommonMark with tables of GitHub) in which text from anywhere stands as text. */

const longest = 200;

/** Control characters, line and paragraph separators, and marks that turn the direction of writing. */
const UNSEEN = /[\p{Cc}\p{Cs}\u2028\u2029\u200E\u200F\u202A-\u202E\u2066-\u2069]+/gu;

/** Text on one line and of bounded length. */
export function oneLine(text: string): string {
  const line = text.replaceAll(UNSEEN, ' ').trim();
  const characters = Array.from(line);
  return characters.length > longest ? `${characters.slice(0, longest).join('')}…` : line;
}

/**
 * Text as it would be read: whatever Markdown, its tables, HTML, formulas of the Hub or bare addresses give a meaning to is
 * escaped. It may stand anywhere in a line but at its beginning, where `-`, `+` and `1.` would begin a list.
 */
export function escaped(text: string): string {
  return oneLine(text)
    .replaceAll(/[\\`*_{}[\]<>#|~&:@!$^=()]/g, String.raw`\$&`)
    .replaceAll(/www\./gi, (found) => `${found.slice(0, 3)}\\.`);
}

/** A name of a file or the like, in type of its own where nothing in it is special in there. */
export function code(text: string): string {
  const line = oneLine(text);
  return line === '' || /[`|\\<]/.test(line) ? escaped(line) : `\`${line}\``;
}

/** A fenced block, whatever it holds. Line breaks in it are kept. */
export function codeBlock(language: string, content: string): string {
  const runs = content.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
  return `${fence}${language}\n${content.replace(/\n*$/, '')}\n${fence}`;
}

/** Cells are Markdown of one line already; numbers go to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], numbers: 'all' | 'but the first' | 'none' = 'none'): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (numbers === 'all' || (numbers === 'but the first' && column > 0) ? '---:' : '---'));
  return [head, rule, ...rows].map(line).join('\n');
}

export const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');
