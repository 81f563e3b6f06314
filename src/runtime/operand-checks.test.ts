import { expect, test } from 'vitest';
import { checkAdamWState, checkScatter } from './operand-checks.ts';
import type { ElementType } from './runtime.ts';
import { RowOutOfRangeError, TensorMismatchError } from './runtime-errors.ts';
import { TensorRegistry } from './tensor-registry.ts';

const registry = new TensorRegistry<null>(() => undefined);
const tensor = (shape: number[], type: ElementType = 'float32') => registry.adopt(type, shape, null);

test('AdamW needs four float32 tensors of one shape', () => {
  const good = { parameter: tensor([2, 3]), gradient: tensor([2, 3]), firstMoment: tensor([2, 3]), secondMoment: tensor([2, 3]) };
  expect(() => checkAdamWState(good)).not.toThrow();
  expect(() => checkAdamWState({ ...good, gradient: tensor([3, 2]) })).toThrow(TensorMismatchError);
  expect(() => checkAdamWState({ ...good, secondMoment: tensor([2, 3], 'int32') })).toThrow(TensorMismatchError);
});

test('scatter-add needs rows of the width of the table, and in range', () => {
  const table = tensor([4, 3]);
  expect(checkScatter(table, Int32Array.of(0, 3), tensor([2, 3]))).toBe(3);
  expect(() => checkScatter(table, Int32Array.of(0), tensor([2, 3]))).toThrow(TensorMismatchError);
  expect(() => checkScatter(table, Int32Array.of(0, 1), tensor([2, 4]))).toThrow(TensorMismatchError);
  expect(() => checkScatter(table, Int32Array.of(0, 1), tensor([2, 3], 'int32'))).toThrow(TensorMismatchError);
  for (const row of [-1, 4]) {
    expect(() => checkScatter(table, Int32Array.of(0, row), tensor([2, 3]))).toThrow(RowOutOfRangeError);
  }
});
