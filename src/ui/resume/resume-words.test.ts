import { describe, expect, it } from 'vitest';
import { storedRun } from '../../store/runs/runs.fixture.ts';
import type { CheckpointSummary } from '../../worker/protocol.ts';
import { ago, interruptedSentence, interruptionWords, placeOf, restoringWords } from './resume-words.ts';
import { savedWords } from './saved-words.tsx';

const now = Date.parse('2026-01-01T12:00:00.000Z');
const summary: CheckpointSummary = {
  run: 'a', startedAt: null, savedAt: '2026-01-01T10:00:00.000Z', config: null, model: 'tales-6m', phase: 'search', generation: 11, generations: 40, at: 80, bytes: 1, backend: 'wasm', threads: 2, refused: null,
};

describe('words about a run that was interrupted', () => {
  it('says which, where and when', () => {
    expect(interruptedSentence({ summary, stored: { ...storedRun('a'), name: 'Run 3', state: 'running' } }, now)).toBe('Run 3 was interrupted in generation 12 of 40, 2 hours ago.');
    expect(interruptedSentence({ summary: { ...summary, phase: 'post-train', savedAt: null }, stored: null }, now)).toBe('A run of tales-6m was interrupted in post-training.');
    expect(interruptedSentence({ summary, stored: { ...storedRun('a'), name: 'Run 3', state: 'failed' } }, now)).toMatch(/^Run 3 failed in/);
    expect(placeOf({ ...summary, generation: 40 })).toBe('in generation 40 of 40');
    expect(placeOf({ ...summary, phase: null })).toBe('while it was loading');
  });

  it('tells times in the largest whole unit', () => {
    expect([10, 59, 60, 3599, 3600, 86_400 * 3].map((seconds) => ago(seconds * 1000))).toEqual(['just now', 'just now', '1 minute ago', '59 minutes ago', '1 hour ago', '3 days ago']);
  });

  it('tells of a lost device what comes of it, before and after', () => {
    const lost = { what: 'device', kind: 'lost', reason: 'The graphics device was lost: the driver was reset', smaller: false, resumed: false, generation: 3, count: 1 } as const;
    expect(interruptionWords(lost)).toEqual({ title: 'The graphics device was lost: the driver was reset.', text: 'Opening it again. The stage in progress in generation 3 is repeated.' });
    expect(interruptionWords({ ...lost, resumed: true, smaller: true, generation: null }).text).toContain('smaller pieces of work');
  });

  it('tells what is made ready again', () => {
    const restoring = { why: 'returned', done: 3, total: 12, unit: 'modules', note: 'database' } as const;
    expect(restoringWords(restoring)).toBe('Database: 3 of 12 modules');
    expect(restoringWords({ ...restoring, total: 0, note: null })).toBe('What was saved is read…');
  });
});

describe('words about saving', () => {
  it('says how long ago, and what is not saved', () => {
    const at = (seconds: number) => new Date(now - seconds * 1000).toISOString();
    const problem = { what: 'full', means: '', remedy: '' };
    expect(savedWords({ savedAt: at(2), problem: null }, now)).toBe('saved just now');
    expect(savedWords({ savedAt: at(13), problem: null }, now)).toBe('saved 10\u202fs ago');
    expect(savedWords({ savedAt: at(150), problem: null }, now)).toBe('saved 2 minutes ago');
    expect(savedWords({ savedAt: at(150), problem }, now)).toBe('not saved, last 2 minutes ago');
    expect(savedWords({ savedAt: null, problem }, now)).toBe('not saved');
  });
});
