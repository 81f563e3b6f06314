import { describe, expect, it } from 'vitest';
import { decodeRatio, leadSentence, postVerdict, speedVerdict, verdict } from './lead-sentence.ts';
import { result, speed } from './result.fixture.ts';

const plain = (text: string): string => text.replaceAll('\u202f', ' ');

const told = (strategy: 'evolution' | 'random' | 'uniform') => ({ target: { sparsity: 0.5 }, search: { strategy }, postTrained: false });
const postTrained = (winner: number, searched: number) => {
  const before = result(winner, 0.61);
  return { ...before, heldOut: { ...before.heldOut, searched: { perplexity: 80, kl: searched, agreement: 0.5 } } };
};

describe('the results in a sentence', () => {
  it.each([
    [null, true, 'Its held-out'],
    [1.549, true, 'It decodes 1.55 times as fast on this device and its held-out'],
    [1.549, false, 'It decodes 1.55 times as fast on its device and its held-out'],
    [0.9, true, 'It decodes at 0.9 of the speed on this device and its held-out'],
    [1.004, true, 'It decodes as fast as before on this device and its held-out'],
    [0.996, true, 'It decodes as fast as before on this device and its held-out'],
  ])('is written from measured values, speed %d', (times, here, said) => {
    expect(plain(leadSentence('tales-6m', result(0.367, 0.61), times, here))).toBe(
      `tales-6m now has 3.81 M parameters, 58 % of the original. ${said} perplexity is 72.1, from 56.5.`,
    );
  });

  it('compares speeds that were both measured', () => {
    expect(decodeRatio(speed(40), speed(60))).toBe(1.5);
    expect(decodeRatio(null, speed(60))).toBeNull();
    expect(decodeRatio(speed(0), speed(0))).toBeNull();
  });

  it('says plainly where it is not faster', () => {
    expect(speedVerdict(null)).toBeNull();
    expect(speedVerdict(1.1)).toBeNull();
    expect(speedVerdict(0.9)).toContain('slower here');
    expect(speedVerdict(1)).toContain('but not faster here');
  });

  it.each([
    [0.367, 0.61, 'found a model 40 % closer'],
    [0.605, 0.61, 'did not help here'],
    [0.615, 0.61, 'did not help here'],
    [0.7, 0.61, 'Uniform pruning is better here'],
    [Number.NaN, 0.61, 'could not be compared'],
  ])('is honest: %d against %d', (winner, uniform, expected) => {
    expect(plain(verdict(result(winner, uniform), told('evolution')))).toContain(expected);
  });

  it('compares like with like: the search before post-training with uniform, which has none', () => {
    expect(plain(verdict(postTrained(0.1, 0.61), told('evolution')))).toContain('did not help here');
    expect(verdict(result(0.3, 0.6), told('evolution'))).toContain('at the same size');
    expect(verdict(result(0.3, 0.6), { ...told('random'), target: { speedup: 1.5, measure: 'decode' } })).toMatch(/^Random search .* at the same speed/);
  });

  it('does not owe to the search what post-training did', () => {
    const said = verdict(result(0.3, 0.6), { ...told('evolution'), postTrained: true });
    expect(said).toMatch(/^The search with post-training found .* than uniform pruning at the same size, which had none: /);
  });

  it('says what post-training did, whichever way', () => {
    expect(postVerdict(result(0.3, 0.6))).toBeNull();
    expect(postVerdict(postTrained(0.1, 0.61))).toContain('closer still: KL 0.100, from 0.610; perplexity 72.1, from 80.0');
    expect(postVerdict(postTrained(0.608, 0.61))).toContain('changed little');
    expect(postVerdict(postTrained(0.7, 0.61))).toContain('further from the dense model');
  });

  it('claims nothing for a run that searched nothing', () => {
    expect(verdict(result(0.61, 0.61), told('uniform'))).toContain('searched nothing');
  });
});
