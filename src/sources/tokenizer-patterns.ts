import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { sourceLimits } from './limits.ts';
import { TokenizerMalformedError } from './tokenizer-errors.ts';

/*
 * A tokenizer.json brings regular expressions chosen by strangers, and JavaScript cannot break off one that runs wild.
 * Guarded: how many there are, length, back references, counted repetitions, repeated groups that hold a repetition or a
 * choice (what makes time exponential), and by trial patterns that are slow on runs of any of the kinds of characters
 * below. Runs grow in steps that cost at most a few times what the last one did; up to 1640 characters the time itself
 * tells, beyond them how it grows, so that a slow or busy machine refuses nothing that is sound. Not guarded: a pattern
 * that is slow only on a particular text; the worst that it can do is to keep the engine's thread busy, which the page
 * notices and can end (`engine-watch.ts`).
 */

/** Milliseconds that a trial may take, on short runs (sound patterns take less than one) and on long ones. */
const TRIAL_LIMIT = 25;
const LONG_LIMIT = 60;

/** What all trials of a file may take: so many times what those of a plain pattern take, and at least so many milliseconds. */
const BUDGET = { times: 30, least: 2500 };

/** A trial that takes longer than it may is made again: the thread may have been busy with something else. */
const ATTEMPTS = 4;

const trialUnits = ['a', 'A', ' ', '\n', '1', '!', '/', "'", '好', '\u0301', '_', 'a ', ' a', '\r\n', 'aA', '1a', '! '];
const trialEnds = ['', '\0', 'a', ' '];
const trialLengths = [...Array.from({ length: 32 }, (_, index) => 2 * index + 2), 80, 96, 120, 144, 180, 216, 324, 486, 729, 1094, 1640];

/** Each 1.8 times the last. Over two of these steps time may grow sevenfold: by 3.2 where it goes with the length, by 10.5 where with its square. */
const longLengths = [2800, 5040, 9072, 16_330];
const MOST_GROWTH = 7;
/** Of one end alone: what matches takes no longer than what nearly does. */
const longEnd = '\0';

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
  if (pattern.length > sourceLimits.pattern) return `is longer than ${sourceLimits.pattern} characters`;
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
    if (repeats !== Infinity && repeats > sourceLimits.repeats) return `repeats something more than ${sourceLimits.repeats} times`;
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

/** Milliseconds of the fastest of some attempts; one is enough where it takes no longer than it may. */
function fastest(action: () => unknown, most: number): number {
  let best = Infinity;
  for (let attempt = 0; attempt < ATTEMPTS && best > most; attempt++) best = Math.min(best, duration(action));
  return best;
}

type Split = (text: string) => unknown;

/** Milliseconds of splitting a run of about so many characters. */
const runTime = (split: Split, unit: string, length: number, end: string, most = TRIAL_LIMIT): number => {
  const text = unit.repeat(Math.ceil(length / unit.length)) + end;
  return fastest(() => split(text), most);
};

/** A tokenizer that does nothing but cut by a pattern: the library's reading of it is what must be tried. */
function splitter(pattern: string): Split {
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

/** A pattern against which the time of others is measured. */
const PLAIN = String.raw`\p{L}+|\p{N}+|[^\p{L}\p{N}]+`;

/** Patterns that were found to be sound, so that a file that is opened again is not tried again. */
const sound = new Set<string>();
const MOST_SOUND = 64;

/** Milliseconds for the trials of one file, on this machine as it is now. */
function budget(): number {
  const plain = splitter(PLAIN);
  let took = 0;
  for (const unit of trialUnits) for (const end of trialEnds) for (const length of trialLengths) took += runTime(plain, unit, length, end);
  return Math.max(BUDGET.least, BUDGET.times * took);
}

/** Checks the regular expressions of one tokenizer.json. */
export class PatternTrial {
  #patterns = 0;
  /** Milliseconds that are left. */
  #left: number | null = null;

  /** Throws {@link TokenizerMalformedError} unless a regular expression is safe to run, as far as can be told, and there are not too many of them. */
  check(pattern: string): void {
    if (++this.#patterns > sourceLimits.patterns) throw new TokenizerMalformedError('tokenizer.json', `it has more than ${sourceLimits.patterns} patterns`);
    const fault = patternFault(pattern);
    if (fault !== null) this.#refuse(pattern, fault);
    if (sound.has(pattern)) return;
    let split;
    try {
      split = splitter(pattern);
    } catch (cause) {
      this.#refuse(pattern, 'is no regular expression', cause);
    }
    this.#try(pattern, split);
    if (sound.size < MOST_SOUND) sound.add(pattern);
  }

  #try(pattern: string, split: Split): void {
    let left = this.#left ?? budget();
    const spend = (took: number): number => {
      left -= took;
      if (left < 0) this.#refuse(pattern, 'takes too long to try');
      return took;
    };
    for (const unit of trialUnits) {
      for (const end of trialEnds) {
        for (const length of trialLengths) {
          if (spend(runTime(split, unit, length, end)) > TRIAL_LIMIT) this.#refuse(pattern, `takes too long on ${length} equal characters`);
        }
      }
      const times: number[] = [];
      for (const length of longLengths) {
        const took = spend(runTime(split, unit, length, longEnd, LONG_LIMIT));
        if (took > LONG_LIMIT && took > MOST_GROWTH * (times.at(-2) ?? took)) this.#refuse(pattern, `takes too long on ${length} equal characters`);
        times.push(took);
      }
    }
    this.#left = left;
  }

  #refuse(pattern: string, fault: string, cause?: unknown): never {
    throw new TokenizerMalformedError('tokenizer.json', `its pattern ${JSON.stringify(pattern.slice(0, 80))} ${fault}`, { cause });
  }
}
