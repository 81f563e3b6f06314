import { describe, expect, it } from 'vitest';
import { formatTextRef, parseTextRef, TextRefError } from './text-ref.ts';

describe('parseTextRef', () => {
  it.each([
    ['tales', { kind: 'bundled', id: 'tales', field: null }],
    ['url:https://host/data.jsonl#text', { kind: 'url', url: 'https://host/data.jsonl', field: 'text' }],
    ['local:my file.txt#a%20b', { kind: 'local', name: 'my file.txt', field: 'a b' }],
  ])('%s, there and back', (text, ref) => {
    expect(parseTextRef(text)).toEqual(ref);
    expect(formatTextRef(parseTextRef(text))).toBe(text);
  });

  it('takes the last of several hashes for the beginning of the field', () => {
    expect(formatTextRef(parseTextRef('url:https://host/data.jsonl#a#b'))).toBe('url:https://host/data.jsonl#b');
    expect(formatTextRef(parseTextRef('url:https://host/data.jsonl##'))).toBe('url:https://host/data.jsonl');
  });

  it.each(['', '..', 'a/b', 'url:javascript:alert(1)', 'tales#%', 'tales#%zz', 'local:x#%ff', 'local:x#\ud800', `local:${'x'.repeat(2048)}`])('refuses %j', (text) => {
    expect(() => parseTextRef(text)).toThrow(TextRefError);
  });
});
