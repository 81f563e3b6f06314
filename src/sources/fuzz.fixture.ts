import { ExplainedError } from '../base/explained-error.ts';
import { randomFor } from '../base/random.ts';
import type { Random } from '../base/random.ts';
import { checkPath, FileMissingError } from './file-source.ts';
import type { FileSource, SourceFile } from './file-source.ts';
import { memoryFile } from './memory-source.ts';

/** Most that one file may make the program allocate at once, bytes. */
const LARGEST_ALLOCATION = 64e6;
/** Longest that one file may take, milliseconds of the processor: what else runs on the machine does not count. */
const LONGEST = 1000;

const encoder = new TextEncoder();
export const pick = <T>(random: Random, values: readonly [T, ...T[]]): T => values[random.below(values.length)] ?? values[0];

/** Numbers that break readers, as JSON text. */
const numbers = ['NaN', '1e400', '-1e400', '-1', '0', '-0', '0.5', '1', '2', '7', '255', '65536', '2147483648', '4294967295', '9007199254740993', '1e15', '1e308', '18446744073709551615'] as const;
const words = ['', '__proto__', 'constructor', 'toString', '\\ud800', '\\u0000', '../..', '..\\\\..', 'C:/x', '.\\t.', '\\u202e', '/etc', '％2e', 'javascript:alert(1)', '<img src=x onerror=alert(1)>', 'F32', 'model.a', `${'x'.repeat(3000)}`] as const;
const wholes = ['null', 'true', '[]', '{}', '[[]]', '{"__proto__": {"polluted": 1}}', '"', '[1, "2", null]', `${'['.repeat(60_000)}${']'.repeat(60_000)}`, '{"a":'.repeat(30_000)] as const;

/** Any one match of a pattern, changed; the text as it was where there is none. */
function changeOne(random: Random, text: string, pattern: RegExp, change: (match: string) => string): string {
  const matches = [...text.matchAll(pattern)];
  const match = matches[random.below(Math.max(1, matches.length))];
  return match ? text.slice(0, match.index) + change(match[0]) + text.slice(match.index + match[0].length) : text;
}

const changes: readonly [(random: Random, text: string) => string, ...((random: Random, text: string) => string)[]] = [
  (random, text) => changeOne(random, text, /-?\d+(\.\d+)?/g, () => pick(random, numbers)),
  (random, text) => changeOne(random, text, /-?\d+(\.\d+)?/g, (digits) => digits + pick(random, ['0', '000000000', 'e9', '.5', ''])),
  (random, text) => changeOne(random, text, /"(?:[^"\\]|\\.)*"/g, () => `"${pick(random, words)}"`),
  (random, text) => changeOne(random, text, /(?<=[:[,]\s*)(?:"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null)/g, () => pick(random, wholes)),
  (random, text) => changeOne(random, text, /"[^"]*":/g, (key) => `${key} ${pick(random, numbers)}, ${key}`),
  (random, text) => changeOne(random, text, /\{/g, (open) => `${open}"${pick(random, words)}": ${pick(random, wholes)},`),
  (random, text) => changeOne(random, text, /[{}[\],:"]/g, () => pick(random, ['{', '}', '[', ']', ',', ':', '"', ''])),
  (random, text) => text.slice(0, random.below(text.length + 1)),
  (random, text) => text + pick(random, wholes),
];

/** A JSON text with one to three faults: other numbers, names and values, keys twice, depth, cuts. */
export function mutateJson(random: Random, text: string): string {
  let result = text;
  for (let count = 1 + random.below(3); count > 0; count--) result = pick(random, changes)(random, result);
  return result;
}

/** Bytes with one to four faults: changed, cut, repeated, left out, or a length that lies. */
export function mutateBytes(random: Random, bytes: Uint8Array): Uint8Array {
  let result = Array.from(bytes);
  for (let count = 1 + random.below(4); count > 0; count--) {
    const place = random.below(result.length + 1);
    const length = random.below(12);
    const kind = random.below(6);
    if (kind < 2) result.splice(place, 1, random.below(256));
    else if (kind === 2) result.splice(place, length, ...Array.from({ length }, () => pick(random, [0, 1, 0x7f, 0x80, 0xff])));
    else if (kind === 3) result.splice(place, length);
    else if (kind === 4) result.splice(place, 0, ...result.slice(place, place + length));
    else if (random.below(4) === 0) result = result.slice(0, place);
  }
  return Uint8Array.from(result);
}

/** Text as a file's bytes; some are not even text. */
export const mutatedJsonBytes = (random: Random, text: string): Uint8Array =>
  random.below(5) === 0 ? mutateBytes(random, encoder.encode(text)) : encoder.encode(mutateJson(random, text));

/** Files that refuse to be read in slices that no small file can need. */
export function guardedFile(bytes: Uint8Array): SourceFile {
  const file = memoryFile(bytes);
  return {
    size: file.size,
    slice: (start, end) => {
      if (end - start > LARGEST_ALLOCATION) throw new Error(`${end - start} bytes were asked for at once`);
      return file.slice(start, end);
    },
  };
}

export function guardedSource(files: ReadonlyMap<string, Uint8Array>): FileSource {
  return {
    name: 'fuzz',
    list: async () => [...files.keys()],
    open: async (path) => {
      checkPath('fuzz', path);
      const bytes = files.get(path);
      if (!bytes) throw new FileMissingError('fuzz', path);
      return guardedFile(bytes);
    },
  };
}

/** Memory of the process, array buffers and heap, bytes. It falls when garbage is collected, and otherwise only grows. */
function allocated(): number {
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  return arrayBuffers + heapUsed;
}

/**
 * Runs `count` seeded cases of a kind; the same every time. Each must end within a second, in a result or in an
 * {@link ExplainedError}, and allocate no more than 64 MB. Throws with the number of the first that does not; returns how
 * many ended either way.
 */
export async function fuzz(kind: string, count: number, attempt: (random: Random) => Promise<unknown>): Promise<{ valid: number; refused: number }> {
  const ends = { valid: 0, refused: 0 };
  for (let number = 0; number < count; number++) {
    const before = allocated();
    const start = process.cpuUsage();
    try {
      await attempt(randomFor(number, 'fuzz', kind));
      ends.valid++;
    } catch (error) {
      if (!(error instanceof ExplainedError)) throw new Error(`${kind} ${number} ended in another error than an explained one`, { cause: error });
      ends.refused++;
    }
    const { user, system } = process.cpuUsage(start);
    const milliseconds = (user + system) / 1000;
    if (milliseconds > LONGEST) throw new Error(`${kind} ${number} took ${milliseconds} ms`);
    const grown = allocated() - before;
    if (grown > LARGEST_ALLOCATION) throw new Error(`${kind} ${number} allocated ${grown} bytes`);
    if ('polluted' in {}) throw new Error(`${kind} ${number} changed the prototype of all objects`);
  }
  return ends;
}
