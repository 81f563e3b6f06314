import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../run/run-events.ts';
import { runWith } from './candidate.fixture.ts';
import { stageRows } from './stage-rows.ts';
import { ordinal, statusSentence } from './status-sentence.ts';

function sentence(id: string, ...more: readonly RunEvent[]): string {
  const { search, stages, find } = runWith(...more);
  return statusSentence(search, find(id), stageRows(search, find(id), stages)).replaceAll('\u202f', ' ');
}

describe('statusSentence', () => {
  it('tells where a candidate of the running generation stands', () => {
    expect(sentence('2.01')).toBe('Is trained for stage 1, 25 %. Child of 1.02.');
    expect(sentence('2.02')).toBe('Waits for stage 1. Child of 1.02.');
    expect(sentence('2.01', { type: 'candidate-measured', generation: 2, stage: 0, id: '2.01', fitness: 1, at: 99 })).toBe('First of 1 so far in stage 1. Child of 1.02.');
  });

  it('tells that a candidate was dropped', () => {
    const dropped = { type: 'candidate-dropped', generation: 2, stage: 0, id: '2.01', fitness: 1, tokens: 48, saved: 16, at: 99 } as const;
    expect(sentence('2.01', dropped)).toBe('Dropped in stage 1 after 48 of 64 tokens, as it could not survive any more. Child of 1.02.');
  });

  it('tells that a candidate failed, in a running generation and in a finished one', () => {
    const failed = { type: 'candidate-failed', generation: 2, stage: 0, id: '2.01', reason: 'diverged', fitness: 20, losses: [3, 40], at: 99 } as const;
    expect(sentence('2.01', failed)).toBe('Failed in stage 1: its fine-tuning diverged. Child of 1.02.');
    expect(sentence('1.03')).toBe('Failed in stage 1: its fitness was not a number. Child of 0.00.');
    // Where all fail some go on: what comes then is told.
    const goesOn = { type: 'stage-finished', generation: 2, stage: 0, survivors: ['2.01'], eliminated: [], at: 99 } as const;
    expect(sentence('2.01', failed, goesOn)).toBe('Waits for stage 2. Child of 1.02.');
  });

  it('tells how far one of a finished generation came', () => {
    expect(sentence('1.02')).toBe('Won generation 1 and became the parent. Child of 0.00.');
    expect(sentence('1.01')).toBe('Second of 3 in the last stage, the parent among them. Child of 0.00.');
    expect(sentence('1.04')).toBe('Third of 4 in stage 1, and out. Child of 0.00.');
  });

  it('tells of a choice of the user, and of the start', () => {
    const parent = { id: '1.01', genome: [0, 2, 1, 1], size: 800 };
    const chosen = { type: 'parent-chosen', generation: 3, before: parent, parent, at: 99 } as const;
    expect(sentence('1.01', chosen)).toContain('You made it the parent in generation 3.');
    expect(sentence('0.00')).toContain('start');
  });
});

it('counts places in words, then in figures', () => {
  expect([1, 5, 6, 11, 12, 13, 21, 22, 23, 111].map(ordinal)).toEqual(['First', 'Fifth', '6th', '11th', '12th', '13th', '21st', '22nd', '23rd', '111th']);
});
