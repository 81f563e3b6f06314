import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { TokenizerMalformedError } from './tokenizer-errors.ts';

/*
 * A tokenizer.json brings regular expressions chosen by strangers, and JavaScript cannot break off one that runs wild.
 * Guarded: length, back references, counted repetitions, repeated groups that hold a repetition or a choice (what makes
 * time exponential), and by trial patterns that are slow on long runs of any of the kinds of characters below, growing in
 * steps that cost at most a few times what the last one did. Not guarded: a pattern that is slow only on a particular
 * text; the worst that it can do is to keep the engine's thread busy, which the page can end.
 */

/** Longest pattern; the longest in use have some 400 characters. */
const LONGEST_PATTERN = 2048;

/** Longest count of a repetition (`{1,3}`). */
const MOST_REPEATS = 100;

/** Milliseconds that a trial may take; sound patterns take less than one. */
const TRIAL_LIMIT = 50;

const trialUnits = ['a', 'A', ' ', '\n', '1', '!', '/', "'", '好', '\u0301', '_', 'a ', ' a', '\r\n', 'aA', '1a', '! '];
const trialEnds = ['', '\0', 'a', ' '];
const trialLengths = [...Array.from({ length: 32 }, (_, index) => 2 * index + 2), 96, 144, 216, 324, 486, 729, 1094, 1640];

/** Index after a character class that begins at `start`; classes may hold classes. */
function classEnd(pattern: string, start: number): number {
  let depth = 0;
  for (let index = start; index < pattern.length; index++) {
    const sign = pattern[index];
    if (sign === '\\') index++;
    else if (sign === '[') depth++;
    else if (sign === ']' && --depth === 0) return index + 1;
  }
  return pattern.length;
}

/** How often the quantifier at `index` lets its atom be repeated at most; 1 where there is none. */
function mostRepeats(pattern: string, index: number): number {
  const sign = pattern[index];
  if (sign === '*' || sign === '+') return Infinity;
  const counted = /^\{(\d*)(,?)(\d*)\}/.exec(pattern.slice(index, index + 24));
  if (!counted) return 1;
  const [, least = '', comma, most = ''] = counted;
  return comma === '' ? Number(least) : most === '' ? Infinity : Number(most);
}

/** What is wrong with a pattern as it is written; null where nothing is. */
function patternFault(pattern: string): string | null {
  if (pattern.length > LONGEST_PATTERN) return `is longer than ${LONGEST_PATTERN} characters`;
  /** For every open group whether it holds a repetition or a choice. */
  const groups: boolean[] = [];
  const note = (): void => {
    if (groups.length > 0) groups[groups.length - 1] = true;
  };
  for (let index = 0; index < pattern.length; ) {
    const sign = pattern[index];
    let varied = false;
    if (sign === '(') {
      groups.push(false);
      index++;
      continue;
    }
    if (sign === '|') note();
    if (sign === '\\' && /[1-9k]/.test(pattern.charAt(index + 1))) return 'refers back to what it matched';
    if (sign === ')') varied = groups.pop() ?? false;
    if (sign === '[') index = classEnd(pattern, index);
    else if (sign === '\\') index += 2;
    else index++;
    const repeats = mostRepeats(pattern, index);
    if (repeats > 1 && varied) return 'repeats a group that holds a repetition or a choice';
    if (repeats !== Infinity && repeats > MOST_REPEATS) return `repeats something more than ${MOST_REPEATS} times`;
    if (repeats > 1 || varied) note();
  }
  return null;
}

/** Milliseconds. */
function duration(action: () => unknown): number {
  const start = performance.now();
  action();
  return performance.now() - start;
}

/** Throws {@link TokenizerMalformedError} for a pattern that cannot be trusted; `split` cuts a text by it. */
function tryPattern(pattern: string, split: (text: string) => unknown): void {
  for (const length of trialLengths) {
    for (const unit of trialUnits) {
      for (const end of trialEnds) {
        const text = unit.repeat(Math.ceil(length / unit.length)) + end;
        // Thrice: the thread may have been busy with something else.
        if ([0, 1, 2].every(() => duration(() => split(text)) > TRIAL_LIMIT)) {
          throw new TokenizerMalformedError('tokenizer.json', `its pattern ${JSON.stringify(pattern.slice(0, 80))} takes too long on ${length} equal characters`);
        }
      }
    }
  }
}

/** A tokenizer that does nothing but cut by a pattern: the library's reading of it is what must be tried. */
function splitter(pattern: string): (text: string) => unknown {
  const tokenizer = new HuggingFaceTokenizer(
    {
      added_tokens: [],
      normalizer: null,
      pre_tokenizer: { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false },
      post_processor: null,
      decoder: null,
      model: { type: 'BPE', vocab: {}, merges: [] },
    },
    {},
  );
  return (text) => tokenizer.pre_tokenizer?.(text);
}

/** Throws {@link TokenizerMalformedError} unless a regular expression of a tokenizer.json is safe to run, as far as can be told. */
export function checkPattern(pattern: string): void {
  const fault = patternFault(pattern);
  if (fault !== null) throw new TokenizerMalformedError('tokenizer.json', `its pattern ${JSON.stringify(pattern.slice(0, 80))} ${fault}`);
  let split;
  try {
    split = splitter(pattern);
  } catch (cause) {
    throw new TokenizerMalformedError('tokenizer.json', `its pattern ${JSON.stringify(pattern.slice(0, 80))} is no regular expression`, { cause });
  }
  tryPattern(pattern, split);
}
