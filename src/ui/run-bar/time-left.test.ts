import { describe, expect, it } from 'vitest';
import { headline, secondsPerGeneration } from './time-left.tsx';

const ends = (...seconds: number[]) => seconds.map((at) => ({ at }));

describe('time left', () => {
  it('knows no pace before three generations, then the median of the last eight', () => {
    expect(secondsPerGeneration(ends(5, 10))).toBeNull();
    expect(secondsPerGeneration(ends(5, 10, 15))).toBe(5);
    // One slow generation does not move it; generations before the last eight do not count.
    expect(secondsPerGeneration(ends(100, 200, 300, 303, 306, 309, 312, 315, 318, 321, 371))).toBe(3);
  });

  it('prefers the whole run over the phase, and says so while it is measured', () => {
    const estimate = { phaseSeconds: 50, runSeconds: 1500, flops: null };
    const plain = (parts: readonly string[]) => parts.map((part) => part.replaceAll('\u202f', ' '));
    expect(plain(headline('running', { estimate, phase: 'search' }))).toEqual(['25 min left', '']);
    expect(plain(headline('running', { estimate: { ...estimate, runSeconds: null }, phase: 'database' }))).toEqual(['50 s left', 'in database']);
    expect(headline('running', { estimate: { ...estimate, phaseSeconds: null, runSeconds: null }, phase: 'search' })).toEqual(['Measuring…', '']);
    expect(plain(headline('paused', { estimate, phase: 'search' }))).toEqual(['Paused', '25 min left']);
    expect(headline('finished', { estimate, phase: null })).toEqual(['Finished', '']);
  });
});
