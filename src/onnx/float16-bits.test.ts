import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float16Bits } from './float16-bits.ts';

/** The value of a finite float16, from the definition of the format. */
function valueOf(bits: number): number {
  const exponent = (bits >> 10) & 0x1f;
  const fraction = (bits & 0x3ff) / 1024;
  const magnitude = exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15);
  return bits & 0x8000 ? -magnitude : magnitude;
}

const finite = Array.from({ length: 0x7c00 }, (_, bits) => bits);

describe('float16Bits', () => {
  it('gives back every float16', () => {
    expect(finite.filter((bits) => float16Bits(valueOf(bits)) !== bits)).toEqual([]);
    expect(finite.filter((bits) => float16Bits(valueOf(bits | 0x8000)) !== (bits | 0x8000))).toEqual([]);
  });

  it('rounds to the nearest, and between two to the even one', () => {
    const neighbours = fc.tuple(fc.integer({ min: 0, max: 0x7bfe }), fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(neighbours, ([bits, share]) => {
        const [low, high] = [valueOf(bits), valueOf(bits + 1)];
        const value = low + share * (high - low);
        const middle = (low + high) / 2;
        const even = bits % 2 === 0 ? bits : bits + 1;
        const nearest = value < middle ? bits : bits + 1;
        expect(float16Bits(value)).toBe(value === middle ? even : nearest);
        expect(float16Bits(middle)).toBe(even);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    [-65504, 0xfbff],
    [65519.99, 0x7bff],
    [65520, 0x7c00],
    [-Infinity, 0xfc00],
    [NaN, 0x7e00],
    [-0, 0x8000],
    [1e-30, 0],
  ])('%d', (value, bits) => {
    expect(float16Bits(value)).toBe(bits);
  });
});
