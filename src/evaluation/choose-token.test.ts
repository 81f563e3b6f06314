import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argmax } from '../base/argmax.ts';
import { randomFor } from '../base/random.ts';
import { chooseToken, nucleus } from './choose-token.ts';

const logitsArbitrary = fc.array(fc.integer({ min: -40, max: 40 }), { minLength: 1, maxLength: 30 }).map((values) => Float32Array.from(values, (value) => value / 8));
const samplingArbitrary = fc.record({ temperature: fc.double({ min: 0.05, max: 3, noNaN: true }), topP: fc.double({ min: 0.01, max: 1, noNaN: true }) });

/** Probabilities in plain steps. */
function probabilities(logits: Float32Array, temperature: number): number[] {
  const scaled = [...logits].map((value) => Math.exp(value / temperature - Math.max(...logits) / temperature));
  const total = scaled.reduce((sum, value) => sum + value, 0);
  return scaled.map((value) => value / total);
}

describe('the nucleus', () => {
  it('is the smallest set of most probable tokens with the probability asked for', () => {
    fc.assert(
      fc.property(logitsArbitrary, samplingArbitrary, (logits, sampling) => {
        const p = probabilities(logits, sampling.temperature);
        const { tokens } = nucleus(logits, sampling);
        const share = (ids: readonly number[]): number => ids.reduce((sum, id) => sum + (p[id] ?? 0), 0);
        expect(share(tokens)).toBeGreaterThanOrEqual(sampling.topP - 1e-9);
        if (tokens.length > 1) expect(share(tokens.slice(0, -1))).toBeLessThan(sampling.topP + 1e-9);
        const inside = new Set(tokens);
        const least = Math.min(...tokens.map((id) => p[id] ?? 0));
        p.forEach((value, id) => inside.has(id) || expect(value).toBeLessThanOrEqual(least + 1e-12));
      }),
    );
  });

  it('has the probabilities of the temperature', () => {
    const logits = Float32Array.of(Math.log(1), Math.log(4), Math.log(2));
    const { tokens, weights } = nucleus(logits, { temperature: 1, topP: 1 });
    expect(tokens).toEqual([1, 2, 0]);
    expect(weights.map((weight) => weight / (weights[0] ?? 0))).toEqual([1, expect.closeTo(0.5), expect.closeTo(0.25)]);
    expect(nucleus(logits, { temperature: 1, topP: 0.57 }).tokens).toEqual([1]); // 4 of 7 is 0.571
    expect(nucleus(logits, { temperature: 1, topP: 0.58 }).tokens).toEqual([1, 2]);
    expect(nucleus(logits, { temperature: 2, topP: 0.5 }).tokens).toEqual([1, 2]); // flatter: 2 of 4.41
  });
});

describe('chooseToken', () => {
  it('takes the most probable token at temperature 0, whatever is drawn', () => {
    fc.assert(
      fc.property(logitsArbitrary, fc.double({ min: 0, max: 0.999, noNaN: true }), (logits, draw) => {
        expect(chooseToken(logits, { temperature: 0, topP: 0.5 }, draw)).toBe(argmax(logits));
      }),
    );
  });

  it('draws each token as often as it is probable', () => {
    const logits = Float32Array.of(Math.log(1), Math.log(4), Math.log(3));
    const random = randomFor(3, 'test');
    const counts = [0, 0, 0];
    for (let index = 0; index < 8000; index++) {
      const token = chooseToken(logits, { temperature: 1, topP: 1 }, random.unit());
      counts[token] = (counts[token] ?? 0) + 1;
    }
    expect(counts.map((count) => Math.round(count / 100) / 10)).toEqual([expect.closeTo(1, 0), expect.closeTo(4, 0), expect.closeTo(3, 0)]);
    expect(chooseToken(logits, { temperature: 1, topP: 1 }, 0.499)).toBe(1);
    expect(chooseToken(logits, { temperature: 1, topP: 1 }, 0.501)).toBe(2);
    expect(chooseToken(logits, { temperature: 1, topP: 1 }, 0.999)).toBe(0);
  });

  it('never draws what the nucleus leaves out, at any draw', () => {
    fc.assert(
      fc.property(logitsArbitrary, samplingArbitrary, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (logits, sampling, draw) => {
        expect(nucleus(logits, sampling).tokens).toContain(chooseToken(logits, sampling, draw));
      }),
    );
  });
});
