import { expect, test } from 'vitest';
import { blocksOf, dequantiseQ4 } from './q4-blocks.ts';

test('rows whose last block is not full', () => {
  const packed = new Uint8Array(64).fill(0x88);
  packed.set([0x90, 0xf8], 0); // row 0: -8, 1, 0, 7
  packed.set([0x01], 16); // row 0, column 32: -7
  packed.set([0x0a], 48); // row 1, column 32: 2
  const values = dequantiseQ4({ packed, scales: Float32Array.of(1, 0.5, 3, -4) }, 33);
  expect(values).toHaveLength(66);
  expect([...values].flatMap((value, at) => (value === 0 ? [] : [[at, value]]))).toEqual([[0, -8], [1, 1], [3, 7], [32, -3.5], [65, -8]]);
});

test('no columns have no blocks', () => {
  expect(blocksOf(0)).toBe(0);
  expect(dequantiseQ4({ packed: new Uint8Array(), scales: new Float32Array() }, 0)).toHaveLength(0);
});
