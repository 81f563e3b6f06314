/** JSON from hostile files: its depth is known before it is parsed, since whoever walks deep values overflows the stack. */

/** Deepest nesting of the lists and objects of a JSON text; what stands in strings does not count. Any text has a depth. */
export function jsonDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (quoted) {
      if (code === 0x5c) index++; // a backslash, and what it escapes
      else if (code === 0x22) quoted = false;
    } else if (code === 0x22) quoted = true;
    else if (code === 0x5b || code === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (code === 0x5d || code === 0x7d) depth--;
  }
  return deepest;
}

/** Index behind the string that begins at `start`, by hand: a regular expression runs out of stack on a string of millions of escapes. */
function stringEnd(json: string, start: number): number {
  let index = start + 1;
  for (; index < json.length && json.charCodeAt(index) !== 0x22; index++) if (json.charCodeAt(index) === 0x5c) index++;
  return index + 1;
}

/** The key that a string stands for where a colon follows it; null where none does. */
function keyAt(json: string, start: number, end: number): string | null {
  let next = end;
  while (/[ \t\r\n]/.test(json.charAt(next))) next++;
  if (json[next] !== ':') return null;
  const text = json.slice(start, end);
  const key: unknown = text.includes('\\') ? JSON.parse(text) : text.slice(1, -1);
  return typeof key === 'string' ? key : null;
}

/** The first key that an object of `json` (valid JSON) holds twice; `JSON.parse` would keep the last without a word. */
export function duplicateKey(json: string): string | null {
  const open: Set<string>[] = [];
  for (let index = 0; index < json.length; index++) {
    const sign = json[index];
    if (sign === '{') open.push(new Set());
    else if (sign === '}') open.pop();
    if (sign !== '"') continue;
    const end = stringEnd(json, index);
    const key = keyAt(json, index, end);
    if (key !== null) {
      const keys = open.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
    index = end - 1;
  }
  return null;
}

/** Why a text is not used. */
export interface JsonFault {
  readonly fault: string;
  readonly cause?: unknown;
}

/**
 * The object that a JSON text holds, or what is wrong with it: no JSON, no object, or nested deeper than `maxDepth`.
 * It has no more keys than its text; look at them with `Object.entries` or `Object.hasOwn`.
 */
export function parseJsonObject(text: string, maxDepth: number): { readonly json: Readonly<Record<string, unknown>> } | JsonFault {
  if (jsonDepth(text) > maxDepth) return { fault: `it is nested deeper than ${maxDepth} levels` };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    return { fault: 'it is not JSON', cause };
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return { fault: 'it is not a JSON object' };
  return { json: { ...json } };
}
