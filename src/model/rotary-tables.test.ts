import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inverseFrequencies, rotaryTables } from './rotary-tables.ts';
import { specOfConfig } from './read-config.ts';
import type { RotaryScaling } from './spec.ts';

const plain = (theta: number) => ({ theta, scaling: null });

it('turns position 0 by nothing and the first pair by one radian a position', () => {
  const { cosines, sines } = rotaryTables(3, 4, plain(10_000));
  expect([...cosines.subarray(0, 2), ...sines.subarray(0, 2)]).toEqual([1, 1, 0, 0]);
  expect(sines[4]).toBeCloseTo(Math.sin(2), 6);
  expect(sines[5]).toBeCloseTo(Math.sin(0.02), 6);
});

const scalingArbitrary: fc.Arbitrary<RotaryScaling | null> = fc.constantFrom(
  null,
  { type: 'linear', factor: 3.3 },
  { type: 'llama3', factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalPositions: 64 },
);

it('is a rotation everywhere, and the same for the positions that a longer table shares', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 32 }), fc.integer({ min: 10, max: 1_000_000 }), scalingArbitrary, (length, half, theta, scaling) => {
      const { cosines, sines } = rotaryTables(length, 2 * half, { theta, scaling });
      for (const [index, cosine] of cosines.entries()) expect(Math.hypot(cosine, sines[index] ?? 0)).toBeCloseTo(1, 6);
      expect(rotaryTables(length + 1, 2 * half, { theta, scaling }).sines.subarray(0, sines.length)).toEqual(sines);
    }),
    { numRuns: 20 },
  );
});

describe('inverseFrequencies', () => {
  it('falls from 1 geometrically', () => {
    const frequencies = inverseFrequencies(8, plain(10_000));
    [1, 0.1, 0.01, 0.001].forEach((expected, index) => expect((frequencies[index] ?? 0) / expected).toBeCloseTo(1, 6));
    expect(frequencies).toHaveLength(4);
  });

  it('keeps fast pairs, divides slow ones and falls between them with the scaling of Llama 3', () => {
    const scaling = { type: 'llama3', factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalPositions: 8192 } as const;
    const dense = inverseFrequencies(128, plain(500_000));
    const ratios = Array.from(inverseFrequencies(128, { theta: 500_000, scaling }), (value, index) => value / (dense[index] ?? 0));
    expect(ratios[0]).toBe(1);
    expect(ratios.at(-1)).toBeCloseTo(1 / 8, 6);
    expect(ratios.every((ratio, index) => index === 0 || ratio <= (ratios[index - 1] ?? 0))).toBe(true);
    expect(ratios.some((ratio) => ratio > 0.2 && ratio < 0.9)).toBe(true);
  });

  it('follows the length of the sequence with dynamic scaling, but not below the positions of the training', () => {
    const rotary = { theta: 10_000, scaling: { type: 'dynamic', factor: 2, originalPositions: 64 } } as const;
    expect(inverseFrequencies(8, rotary, 64)).toEqual(inverseFrequencies(8, plain(10_000)));
    expect(inverseFrequencies(8, rotary)).toEqual(inverseFrequencies(8, plain(10_000)));
    const [, , , longer = 0] = inverseFrequencies(8, rotary, 65);
    const [, , , longest = 0] = inverseFrequencies(8, rotary, 650);
    expect(longest).toBeLessThan(longer);
  });
});

/** What fixtures/rotary holds, made by scripts/make-rotary-references.py. */
interface Reference {
  readonly head_dim: number;
  readonly theta: number;
  readonly max_positions: number;
  readonly scaling: Readonly<Record<string, unknown>> | null;
  readonly length: number;
  readonly inverse_frequencies: readonly number[];
}
const file = readFileSync(new URL('../../fixtures/rotary/inverse-frequencies.json', import.meta.url), 'utf8');
const { cases } = JSON.parse(file) as { readonly cases: readonly Reference[] };

/** Powers may be a unit in the last place apart; each further rounding, another. */
const RELATIVE = 4 * 2 ** -24;

describe('against transformers', () => {
  it.each(cases)('head_dim $head_dim, theta $theta, $scaling, a sequence of $length', (reference) => {
    const { rotary } = specOfConfig({
      model_type: 'llama',
      vocab_size: 8,
      hidden_size: 4 * reference.head_dim,
      intermediate_size: 8,
      num_hidden_layers: 1,
      num_attention_heads: 4,
      head_dim: reference.head_dim,
      max_position_embeddings: reference.max_positions,
      rope_parameters: { rope_type: 'default', rope_theta: reference.theta, ...reference.scaling },
    });
    const frequencies = inverseFrequencies(reference.head_dim, rotary, reference.length);
    expect(frequencies).toHaveLength(reference.inverse_frequencies.length);
    reference.inverse_frequencies.forEach((expected, index) => expect(Math.abs((frequencies[index] ?? 0) / expected - 1)).toBeLessThanOrEqual(RELATIVE));
  });
});
