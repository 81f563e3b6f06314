import { describe, expect, it } from 'vitest';
import { keyNames, keyOf, keyTable } from './keys.ts';

const pressed = (key: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });

describe('keys', () => {
  it('no key stands for two things', () => {
    const all = keyNames.flatMap((name) => keyTable[name].keys as readonly string[]);
    expect(new Set(all).size).toBe(all.length);
  });

  it('a press finds its entry, whatever the letter case', () => {
    for (const name of keyNames) {
      for (const key of keyTable[name].keys) {
        if (!key.startsWith('mod+')) expect(keyOf(pressed(key.length === 1 ? key.toUpperCase() : key))).toBe(name);
      }
    }
    expect(keyOf(pressed('>', { shiftKey: true }))).toBe('step-generation');
  });

  it('Ctrl or ⌘ makes another key of it, Alt none at all', () => {
    expect(keyOf(pressed('z', { ctrlKey: true }))).toBe('undo');
    expect(keyOf(pressed('Z', { metaKey: true, shiftKey: true }))).toBe('redo');
    expect(keyOf(pressed('s', { ctrlKey: true }))).toBeNull();
    expect(keyOf(pressed('s', { altKey: true }))).toBeNull();
    expect(keyOf(pressed('z'))).toBeNull();
  });

  it('every key of the list is acted on somewhere', () => {
    const sources = import.meta.glob<string>('../**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true });
    const acting = Object.values(sources).filter((source) => /\b(?:useKeys|keyOf)\(/.test(source) && !source.includes('keyTable'));
    const unheard = keyNames.filter((name) => !acting.some((source) => new RegExp(`'${name}'|\\b${name}: `).test(source)));
    expect(unheard).toEqual([]);
  });

  it('nothing ends or deletes by a single key', () => {
    expect(keyNames.filter((name) => /stop|delete/i.test(keyTable[name].what))).toEqual([]);
  });
});
