import { expect, it } from 'vitest';
import { initialRunState } from '../../store/initial-run-state.ts';
import { reduceRun } from '../../store/reduce-run.ts';
import { idleEngine } from '../../store/run-store.ts';
import { eventsToSearch } from '../../store/run.fixture.ts';
import { progressSentence } from './announcer.tsx';
import { titleOf } from './use-document-title.ts';

const run = reduceRun(initialRunState, eventsToSearch);

it('the title mirrors the state of the run', () => {
  expect(titleOf(idleEngine)).toBe('DarwinLM Web');
  expect(titleOf({ run, status: 'running' })).toBe('2/2 · KL 0.600 · DarwinLM');
  expect(titleOf({ run, status: 'paused' })).toBe('Paused · 2/2 · KL 0.600 · DarwinLM');
  expect(titleOf({ run: reduceRun(initialRunState, eventsToSearch.slice(0, 8)), status: 'running' })).toBe('Database · DarwinLM Web');
  expect(titleOf({ run, status: 'finished' })).toBe('Finished · DarwinLM Web');
});

it('progress is announced with the last generation’s values', () => {
  expect(progressSentence({ run })).toBe('Generation 1 of 2. KL 0.600, down 0.400. 20\u202fs left.');
  expect(progressSentence(idleEngine)).toBe('');
});
