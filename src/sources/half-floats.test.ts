import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bfloat16ToFloat32, float16ToFloat32, float32ToBfloat16, float32ToFloat16, LARGEST_FLOAT16 } from './half-floats.ts';

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

test('every float16 but NaN comes back from float32 as it was', () => {
  const back = float32ToFloat16(float16ToFloat32(every));
  const isNaN = (bits: number): boolean => (bits & 0x7fff) > 0x7c00;
  expect(every.filter((bits) => (isNaN(bits) ? !isNaN(back[bits] ?? 0) : back[bits] !== bits))).toEqual(new Uint16Array(0));
});

test('float32 goes to the nearest float16, of two equally near to the even one', () => {
  const finite = every.filter((bits) => (bits & 0x7c00) !== 0x7c00 && bits < 0x8000);
  const values = float16ToFloat32(finite); // ascending
  const middles = Float32Array.from({ length: values.length - 1 }, (_, index) => ((values[index] ?? 0) + (values[index + 1] ?? 0)) / 2);
  expect(float32ToFloat16(middles)).toEqual(Uint16Array.from(middles, (_, index) => index + (index & 1)));
  const nearest = fc.double({ min: -LARGEST_FLOAT16, max: LARGEST_FLOAT16, noNaN: true }).map(Math.fround);
  const small = fc.double({ min: -(2 ** -13), max: 2 ** -13, noNaN: true }).map(Math.fround);
  fc.assert(
    fc.property(fc.oneof(nearest, small), (value) => {
      const rounded = float32ToFloat16(Float32Array.of(value));
      const error = Math.abs((float16ToFloat32(rounded)[0] ?? NaN) - value);
      const ulp = Math.max(2 ** -24, 2 ** (Math.floor(Math.log2(Math.abs(value) || 1)) - 10));
      expect(error).toBeLessThanOrEqual(ulp / 2);
    }),
  );
});

test('what lies beyond float16 is infinity, and NaN stays NaN', () => {
  const ends = float32ToFloat16(Float32Array.of(65504, 65519.99, 65520, -1e38, Infinity, NaN, -0));
  expect([...ends]).toEqual([0x7bff, 0x7bff, 0x7c00, 0xfc00, 0x7c00, 0x7e00, 0x8000]);
});

test('every bfloat16 comes back from float32 as it was, NaN as a NaN', () => {
  const back = float32ToBfloat16(bfloat16ToFloat32(every));
  const isNaN = (bits: number): boolean => (bits & 0x7fff) > 0x7f80;
  expect(every.filter((bits) => (isNaN(bits) ? !isNaN(back[bits] ?? 0) : back[bits] !== bits))).toEqual(new Uint16Array(0));
});

test('float32 goes to the nearest bfloat16, of two equally near to the even one', () => {
  const finite = every.filter((bits) => bits < 0x7f80);
  const values = bfloat16ToFloat32(finite); // ascending
  const middles = Float32Array.from({ length: values.length - 1 }, (_, index) => ((values[index] ?? 0) + (values[index + 1] ?? 0)) / 2);
  expect(float32ToBfloat16(middles)).toEqual(Uint16Array.from(middles, (_, index) => index + (index & 1)));
  fc.assert(
    fc.property(fc.float({ noNaN: true, noDefaultInfinity: true, max: 2 ** 127, min: -(2 ** 127) }), (value) => {
      const back = bfloat16ToFloat32(float32ToBfloat16(Float32Array.of(value)))[0] ?? NaN;
      const ulp = Math.max(2 ** -133, 2 ** (Math.floor(Math.log2(Math.abs(value) || 1)) - 7));
      expect(Math.abs(back - value)).toBeLessThanOrEqual(ulp / 2);
    }),
  );
  expect([...float32ToBfloat16(Float32Array.of(Infinity, -Infinity, 3.4e38, -0))]).toEqual([0x7f80, 0xff80, 0x7f80, 0x8000]);
});
