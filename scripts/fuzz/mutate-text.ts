import type { Random } from '../../src/base/random.ts';
import { mutateBytes, mutateJson, pick } from '../../src/sources/fuzz.fixture.ts';

type Words = readonly [string, ...string[]];

/** Signs and words that texts of all kinds trip over. */
const tricks: Words = [
  '', ' ', '\0', '\n', '\r\n', '\t', '%', '%00', '%2e%2e%2f', '%ff', '..', '/', '\\', '//', '.\t.', ':', '@', '#', '&', '=', ',', '+', '-', '0', '-1', '1e999', 'NaN', '9007199254740993',
  '__proto__', 'constructor', 'toString', 'null', 'javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', '<script>', '"', "'", '`', '{', '}', '[', ']', '(', ')',
  '\u202e', '\ufeff', '／', '․․', '\ud800', '好', '\u0301', 'x'.repeat(3000), '['.repeat(2000),
];

/** A text with one to three pieces put in, taken out, doubled, or put in another's place. `words` besides the usual tricks. */
export function mutateText(random: Random, text: string, words: readonly string[] = []): string {
  const any: Words = [...tricks, ...words];
  let result = text;
  for (let count = 1 + random.below(3); count > 0; count--) {
    const start = random.below(result.length + 1);
    const end = Math.min(result.length, start + random.below(12));
    const middle = pick(random, ['word', 'word', 'nothing', 'twice', 'end'] as const);
    if (middle === 'end') result = result.slice(0, start);
    else if (middle === 'twice') result = result.slice(0, end) + result.slice(start);
    else result = result.slice(0, start) + (middle === 'word' ? pick(random, any) : '') + result.slice(random.below(2) === 0 ? start : end);
  }
  return result;
}

const values: readonly [unknown, ...unknown[]] = [null, true, 0, -1, 0.5, 1, 2, 3, 65_536, 2 ** 31, 2 ** 53, 1e308, -1e308, '', 'x', '__proto__', '..', '<b>', [], {}, [[]], [1, 2, 3], 'x'.repeat(3000), Array.from({ length: 300 }, () => 1)];
const keys: Words = ['__proto__', 'constructor', 'prototype', 'toString', 'length', 'type', '', 'x'];

/** One of the values, for this input alone. */
const fresh = (random: Random): unknown => structuredClone(pick(random, values));

type Branch = Record<string, unknown> | unknown[];
const isBranch = (value: unknown): value is Branch => typeof value === 'object' && value !== null;

/** Every list and object in a value, itself included. */
function branchesOf(value: unknown): Branch[] {
  return isBranch(value) ? [value, ...Object.values(value).flatMap(branchesOf)] : [];
}

/** Sets an own key, whatever it is called. */
const set = (branch: Branch, key: string, value: unknown): void => void Object.defineProperty(branch, key, { value, enumerable: true, configurable: true, writable: true });

/** One change to a value that leaves it JSON: another value, an entry more or less, or twice. */
function changeValue(random: Random, value: unknown): void {
  const branches = branchesOf(value);
  const branch = branches[random.below(branches.length)];
  if (!branch) return;
  const names = Object.keys(branch);
  const name = names[random.below(Math.max(1, names.length))] ?? '0';
  const kind = random.below(6);
  if (kind === 0 && Array.isArray(branch)) branch.splice(random.below(branch.length + 1), random.below(2), fresh(random));
  else if (kind === 0) Reflect.deleteProperty(branch, name);
  else if (kind === 1 && Array.isArray(branch)) branch.push(...structuredClone(branch));
  else if (kind === 1) set(branch, pick(random, keys), fresh(random));
  else if (kind === 2) set(branch, name, structuredClone(Reflect.get(branch, names[random.below(Math.max(1, names.length))] ?? '0')));
  else set(branch, name, fresh(random));
}

/** A JSON text: sound, changed in its values, or broken as a text. */
export function someJson(random: Random, value: unknown): string {
  const kind = random.below(6);
  if (kind === 0) return JSON.stringify(value);
  if (kind < 3) return mutateJson(random, JSON.stringify(value));
  const changed: unknown = structuredClone(value);
  for (let count = 1 + random.below(2); count > 0; count--) changeValue(random, changed);
  return JSON.stringify(changed);
}

/** Bytes that are sound now and then. */
export const someBytes = (random: Random, bytes: Uint8Array): Uint8Array => (random.below(6) === 0 ? bytes : mutateBytes(random, bytes));

/** Several of some values, in any order. */
export function several<T>(random: Random, from: readonly [T, ...T[]], most: number): T[] {
  return Array.from({ length: random.below(most + 1) }, () => pick(random, from));
}
