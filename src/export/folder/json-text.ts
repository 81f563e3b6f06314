/** A list of nothing but numbers, over several lines. */
const NUMBERS = /\[\n\s*(-?\d[\d.e+-]*(?:,\s+-?\d[\d.e+-]*)*)\s+\]/g;

/** Whole numbers of keys that transformers wants as floats; it warns of `8` and not of `8.0`, which JavaScript does not write. */
const WHOLE_FLOATS = /"(factor|low_freq_factor|high_freq_factor|rope_theta)": (-?\d+)(?=,?\n)/g;

/**
 * The text of a settings file: keys of the object sorted, as Hugging Face's libraries do, two spaces a level, lists of numbers
 * on one line, a line break at the end. Line breaks in strings are escaped, so that both patterns match outside of them only.
 */
export function jsonText(values: Readonly<Record<string, unknown>>): string {
  const sorted = Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify(Object.fromEntries(sorted), null, 2);
  const joined = text.replaceAll(NUMBERS, (_, numbers: string) => `[${numbers.replaceAll(/\s+/g, ' ')}]`);
  return `${joined.replaceAll(WHOLE_FLOATS, '"$1": $2.0')}\n`;
}
