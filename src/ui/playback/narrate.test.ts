import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../run/run-events.ts';
import { initialRunState } from '../../store/initial-run-state.ts';
import { reduceRun } from '../../store/reduce-run.ts';
import { eventsToExport } from '../../store/run.fixture.ts';
import { narrate } from './narrate.ts';

/** After the nth event of a type. */
const after = (type: RunEvent['type'], nth = 1): string => {
  let seen = 0;
  const end = eventsToExport.findIndex((event) => event.type === type && ++seen === nth) + 1;
  return narrate(reduceRun(initialRunState, eventsToExport.slice(0, end)));
};

describe('what a run is doing, in a sentence', () => {
  it('before the search', () => {
    expect(narrate(initialRunState)).toBe('The model and its texts are loaded.');
    expect(after('module-pruned')).toBe('Every module is cut step by step, and the rest corrected for what was lost: 1 of 4 are done.');
    expect(after('search-started')).toBe('Before the first generation. The parent is the uniform model, which keeps the same share of every module.');
  });

  it('in the stages of a generation', () => {
    expect(after('generation-started')).toBe('Generation 1. Four children of 0.00 are measured on 64 tokens; the best two go on.');
    expect(after('candidate-training')).toBe('Generation 1. Four children of 0.00 were measured on 64 tokens, and two were dropped. The other two now train on 32 tokens each, against their parent.');
  });

  it('names the parent only where a stage measures it', () => {
    const three = eventsToExport.map((event) => (event.type === 'generation-started' ? { ...event, stages: [...event.stages.slice(0, 1), { survivors: 2, fitnessTokens: 64, trainingTokens: 32 }, ...event.stages.slice(1)] } : event));
    const end = three.findIndex(({ type }) => type === 'candidate-training') + 1;
    expect(narrate(reduceRun(initialRunState, three.slice(0, end)))).toMatch(/The other two now train on 32 tokens each\.$/);
  });

  it('speaks of no children where candidates are drawn at random', () => {
    const random = eventsToExport.map((event) => (event.type === 'search-started' ? { ...event, strategy: 'random' as const } : event));
    const until = (type: RunEvent['type']) => narrate(reduceRun(initialRunState, random.slice(0, random.findIndex((event) => event.type === type) + 1)));
    expect(until('generation-started')).toBe('Generation 1. Four candidates drawn at random are measured on 64 tokens; the best two go on.');
    expect(until('generation-finished')).toBe('Generation 1 is over. 1.02 came closer to the full model than the best before it, KL 0.600 from 1.000, and takes its place.');
  });

  it('when a generation is over, replaced or not', () => {
    expect(after('generation-finished')).toBe('Generation 1 is over. 1.02 came closer to the full model than its parent, KL 0.600 from 1.000, and takes its place.');
    const kept = eventsToExport.map((event) => (event.type === 'generation-finished' ? { ...event, replaced: false, fitness: 1, parent: { id: '0.00', genome: [1, 1, 1, 1], size: 800 } } : event));
    const end = kept.findIndex(({ type }) => type === 'generation-finished') + 1;
    expect(narrate(reduceRun(initialRunState, kept.slice(0, end)))).toBe('Generation 1 is over. None of four children came closer to the full model than 0.00, which stays the parent, at KL 1.000.');
  });

  it('after the search', () => {
    expect(after('search-finished')).toBe('After 1 generation the winner is 1.02.');
    expect(after('phase-started', 4)).toBe('After 1 generation the winner is 1.02. The full, the uniform and the pruned model read text that the search has not seen.');
    const measured = reduceRun(initialRunState, [...eventsToExport, { type: 'evaluated', which: 'uniform', quality: { perplexity: 30, kl: 0.9, agreement: 0.5 }, tokens: 128, at: 99 }]);
    expect(narrate(measured)).toBe('After 1 generation the winner is 1.02. On text that the search has not seen its KL to the full model is 0.600; the uniform model of the same size has 0.900.');
  });

  it('when it failed', () => {
    const failed = reduceRun(initialRunState, [...eventsToExport, { type: 'run-failed', explanation: { what: 'The device was lost.', means: '', remedy: '' }, at: 99 }]);
    expect(narrate(failed)).toBe('The run failed. The device was lost.');
  });
});
