import { expect, test } from 'vitest';
import { bfloat16ToFloat32, float16ToFloat32 } from './half-floats.ts';

/** The value of a binary float from its fields, by the definition in IEEE 754 rather than by bits. */
function valueOf(bits: number, exponentBits: number, fractionBits: number): number {
  const sign = bits >> (exponentBits + fractionBits) === 0 ? 1 : -1;
  const exponent = (bits >> fractionBits) & (2 ** exponentBits - 1);
  const fraction = (bits & (2 ** fractionBits - 1)) / 2 ** fractionBits;
  const bias = 2 ** (exponentBits - 1) - 1;
  if (exponent === 2 ** exponentBits - 1) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** (1 - bias);
  return sign * (1 + fraction) * 2 ** (exponent - bias);
}

const every = Uint16Array.from({ length: 0x1_0000 }, (_, bits) => bits);

test.each([
  ['float16', float16ToFloat32, 5, 10],
  ['bfloat16', bfloat16ToFloat32, 8, 7],
] as const)('all 65,536 values of %s are converted exactly', (_, convert, exponentBits, fractionBits) => {
  const wrong: number[] = [];
  convert(every).forEach((value, bits) => {
    if (!Object.is(value, valueOf(bits, exponentBits, fractionBits))) wrong.push(bits);
  });
  expect(wrong).toEqual([]);
});

test('known values', () => {
  expect([...float16ToFloat32(Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff, 0x3555))]).toEqual([1, -2, 2 ** -24, 65504, 0.333251953125]);
  expect([...bfloat16ToFloat32(Uint16Array.of(0x3f80, 0xc000, 0x4049))]).toEqual([1, -2, 3.140625]);
});
