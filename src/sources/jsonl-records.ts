import { jsonDepth } from './bounded-json.ts';
import { sourceLimits } from './limits.ts';
import { TextFieldError, TextMalformedError } from './text-errors.ts';

/** Field of a record that holds the text where none is chosen. */
const DEFAULT_FIELD = 'text';

/** A line as a record; null if it is none. */
function parseRecord(line: string): ReadonlyMap<string, unknown> | null {
  if (!/^\s*\{/.test(line) || jsonDepth(line) > sourceLimits.jsonDepth) return null;
  try {
    const json: unknown = JSON.parse(line);
    return typeof json === 'object' && json !== null ? new Map(Object.entries(json)) : null;
  } catch {
    return null;
  }
}

/** Lines that are not blank, one at a time: a text of nothing but line ends has as many as bytes. */
function* linesOf(text: string): Generator<string, void> {
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start);
    const line = text.slice(start, end < 0 ? text.length : end);
    if (line.trim() !== '') yield line;
    start = end < 0 ? text.length : end + 1;
  }
}

/** The first few of {@link linesOf}. */
function firstLines(text: string, count: number): string[] {
  const first: string[] = [];
  for (const line of linesOf(text)) if (first.push(line) === count) break;
  return first;
}

/** Whether a text looks like JSON Lines: its first lines are records. The last may be cut off. */
export function looksLikeRecords(beginning: string): boolean {
  const lines = firstLines(beginning, 4);
  const whole = lines.length > 1 && lines.length < 4 && !beginning.endsWith('\n') ? lines.slice(0, -1) : lines;
  return whole.length > 0 && whole.every((line) => parseRecord(line) !== null);
}

/** Fields with text, those with the most first. */
export function textFields(text: string): readonly string[] {
  const characters = new Map<string, number>();
  for (const line of linesOf(text)) {
    for (const [field, value] of parseRecord(line) ?? []) {
      if (typeof value !== 'string' || value.trim() === '' || field.length > sourceLimits.textField) continue;
      if (characters.has(field) || characters.size < sourceLimits.textFields) characters.set(field, (characters.get(field) ?? 0) + value.length);
    }
  }
  const known = (field: string): number => (field === DEFAULT_FIELD ? Infinity : (characters.get(field) ?? 0));
  return [...characters.keys()].sort((a, b) => known(b) - known(a));
}

/**
 * The texts in one field (null: `text`) of the records of JSON Lines, one document each; malformed lines and records without
 * text are passed over. Throws {@link TextMalformedError} if most lines are malformed, {@link TextFieldError} if no record
 * has the field.
 */
export function recordTexts(name: string, text: string, field: string | null): string[] {
  const wanted = field ?? DEFAULT_FIELD;
  const documents: string[] = [];
  let [lines, malformed] = [0, 0];
  for (const line of linesOf(text)) {
    lines++;
    const record = parseRecord(line);
    if (record === null) malformed++;
    const value = record?.get(wanted);
    if (typeof value === 'string' && value.trim() !== '') documents.push(value.replaceAll('\r\n', '\n'));
  }
  if (malformed * 2 > lines) throw new TextMalformedError(name, `${malformed} of ${lines} lines are no JSON records`);
  if (documents.length === 0 && lines > 0) throw new TextFieldError(name, wanted, textFields(text));
  return documents;
}
