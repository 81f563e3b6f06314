import { beforeEach, expect, it, vi } from 'vitest';
import { compareKept, emptyNote, noteGoing, parseNote, readLost, readNote } from './kept-note.ts';
import { forgetLost } from './lost-note.ts';

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => void kept.set(key, text),
    removeItem: (key: string) => void kept.delete(key),
  });
});

it('misses what was there and is not, until somebody has read it', () => {
  expect(compareKept('models', ['a', 'b', 'c'])).toBeNull();
  expect(compareKept('runs', ['r'])).toBeNull();
  expect(compareKept('models', ['c', 'd'])).toEqual({ ...emptyNote, models: ['a', 'b'] });
  expect(compareKept('runs', [])).toEqual({ ...emptyNote, models: ['a', 'b'], runs: ['r'] });
  expect(readNote()).toEqual({ ...emptyNote, models: ['c', 'd'] });
  expect(compareKept('models', ['c', 'd'])?.models).toEqual(['a', 'b']);
  forgetLost();
  expect(readLost()).toBeNull();
  expect(compareKept('models', ['c', 'd'])).toBeNull();
});

it('does not miss what was deleted on purpose, or goes by itself', () => {
  compareKept('runs', ['a', 'b']);
  compareKept('checkpoints', ['a', 'b']);
  noteGoing('runs', 'a');
  expect(compareKept('runs', ['b'])).toBeNull();
  expect(compareKept('checkpoints', [], (id) => id === 'b')?.checkpoints).toEqual(['b']);
});

it('is quiet where the browser stores nothing, and believes no note that is none', () => {
  for (const text of [null, '', 'null', '[]', '{"models":"a"}', '{"models":[1],"runs":[],"checkpoints":[]}', `{"models":["${'x'.repeat(3000)}"],"runs":[],"checkpoints":[]}`]) expect(parseNote(text)).toEqual(emptyNote);
  vi.stubGlobal('localStorage', new Proxy({}, { get: () => { throw new DOMException('denied', 'SecurityError'); } }));
  expect(compareKept('models', ['a'])).toBeNull();
  expect(compareKept('models', [])).toBeNull();
  noteGoing('models', 'a');
});
