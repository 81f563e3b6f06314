import { expect, test } from 'vitest';
import { checkContent, elementCount, elementTypeOf, hostArray, overwrite } from './host-array.ts';
import { TensorEmptyError, TensorMismatchError } from './runtime-errors.ts';

test('counts elements; a scalar has one', () => {
  expect(elementCount([])).toBe(1);
  expect(elementCount([2, 3, 4])).toBe(24);
});

test('refuses shapes that no tensor has', () => {
  expect(() => elementCount([2, 0])).toThrow(TensorEmptyError);
  for (const size of [-1, 1.5, Number.NaN, Infinity]) expect(() => elementCount([size])).toThrow(TensorMismatchError);
});

test('refuses content of another length or type', () => {
  expect(() => checkContent(new Float32Array(6), 'float32', [2, 3])).not.toThrow();
  expect(() => checkContent(new Float32Array(5), 'float32', [2, 3])).toThrow(TensorMismatchError);
  expect(() => checkContent(new Int32Array(6), 'float32', [2, 3])).toThrow(TensorMismatchError);
});

test('knows the four types and no other', () => {
  expect(elementTypeOf(new Float32Array(1))).toBe('float32');
  expect(elementTypeOf(new Uint16Array(1))).toBe('float16');
  expect(elementTypeOf(new Int32Array(1))).toBe('int32');
  expect(elementTypeOf(new BigInt64Array(1))).toBe('int64');
  expect(() => hostArray('mask', new Uint8Array(1))).toThrow(/"mask"/);
});

test('overwrites within a type', () => {
  const wide = BigInt64Array.of(1n, 2n);
  overwrite(wide, BigInt64Array.of(3n, -4n));
  expect([...wide]).toEqual([3n, -4n]);
  const floats = Float32Array.of(1);
  overwrite(floats, Float32Array.of(0.5));
  expect([...floats]).toEqual([0.5]);
});
