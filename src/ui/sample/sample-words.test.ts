import { expect, it } from 'vitest';
import { defaultSampling } from '../../store/address-sampling.ts';
import { endWords, parentTitle, samplingWords } from './sample-words.ts';

it('says in a line how models write', () => {
  expect(samplingWords(defaultSampling)).toBe('greedy · 48 tokens');
  expect(samplingWords({ ...defaultSampling, temperature: 0.8, tokens: 1, chat: true })).toBe('chat · temperature 0.8 · 1 token');
});

it('names what wrote the parent’s text, and what is of before', () => {
  const search = { id: '2.01', over: false, postTrained: false };
  const written = (id: string, postTrained = false) => ({ id, postTrained });
  expect(parentTitle(written('2.01'), search)).toBe('Parent 2.01');
  expect(parentTitle(written('1.07'), search)).toBe('From 1.07');
  expect(parentTitle(written('2.01'), { ...search, over: true })).toBe('Pruned 2.01');
  const trained = { id: '2.01', over: true, postTrained: true };
  expect(parentTitle(written('2.01'), trained)).toBe('From 2.01, before post-training');
  expect(parentTitle(written('2.01', true), trained)).toBe('Pruned 2.01, post-trained');
});

it('says why a text ended early, and nothing of one that did not', () => {
  expect(endWords({ end: null, tokens: 4 })).toBeNull();
  expect(endWords({ end: 'count', tokens: 48 })).toBeNull();
  expect(endWords({ end: 'end-token', tokens: 0 })).toBe('The model ended the text at once.');
  expect(endWords({ end: 'end-token', tokens: 9 })).toBe('The model ended the text here.');
  expect(endWords({ end: 'context', tokens: 9 })).toContain('context');
  expect(endWords({ end: 'stopped', tokens: 9 })).toBe('Stopped.');
});
