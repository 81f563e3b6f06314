import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BLOCK, blocksOf, dequantiseQ4, Q8_BLOCK_BYTES, quantiseQ4, quantiseQ8, roundToFloat16 } from './quantise.ts';

const weight = fc.double({ min: -4, max: 4, noNaN: true });
const someRows = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.constantFrom(1, 31, 32, 33, 77)).chain(([rows, columns]) =>
  fc.record({ columns: fc.constant(columns), values: fc.array(weight, { minLength: rows * columns, maxLength: rows * columns }).map((list) => Float32Array.from(list)) }),
);

describe('4 bits', () => {
  test('a block by hand: the largest magnitude is -8 steps, the low nibble comes first', () => {
    const { packed, scales } = quantiseQ4(Float32Array.of(-8, 1, 0, 7, 3.4), 5);
    expect([...scales]).toEqual([1]);
    expect([...packed.subarray(0, 4)]).toEqual([0x90, 0xf8, 0x8b, 0x88]);
    expect([...dequantiseQ4({ packed, scales }, 5)]).toEqual([-8, 1, 0, 7, 3]);
  });

  test('no value is further away than the step, and the largest of a block is exact', () => {
    fc.assert(
      fc.property(someRows, ({ values, columns }) => {
        const rows = quantiseQ4(values, columns);
        expect(rows.scales).toHaveLength((values.length / columns) * blocksOf(columns));
        const back = dequantiseQ4(rows, columns);
        for (const [at, value] of values.entries()) {
          const scale = rows.scales[Math.floor(at / columns) * blocksOf(columns) + Math.floor((at % columns) / BLOCK)] ?? 0;
          // The far end on the other side has 7 steps, not 8.
          // The last term is for scales that float32 itself has few digits for.
          expect(Math.abs((back[at] ?? 0) - value)).toBeLessThanOrEqual(Math.abs(scale) * 1.000_01 + 1e-43);
        }
      }),
    );
  });

  test('scales that are stored as float16 are those that the values were divided by', () => {
    const { scales } = quantiseQ4(Float32Array.of(0.123_456_7, -0.3), 2, roundToFloat16);
    expect(scales[0]).toBe(roundToFloat16(0.3 / 8));
  });

  test('zeros stay zeros, and what is no matrix is refused', () => {
    expect([...dequantiseQ4(quantiseQ4(new Float32Array(40), 40), 40)]).toEqual(Array.from({ length: 40 }, () => 0));
    expect(() => quantiseQ4(new Float32Array(5), 2)).toThrow(RangeError);
  });
});

describe('Q8_0', () => {
  test('a block by hand: scale of float16, then signed bytes', () => {
    const values = new Float32Array(BLOCK);
    values.set([127, -127, 1.4, -2.5]);
    const bytes = quantiseQ8(values);
    expect(bytes).toHaveLength(Q8_BLOCK_BYTES);
    expect([...bytes.subarray(0, 7)]).toEqual([0x00, 0x3c, 127, 256 - 127, 1, 256 - 3, 0]);
  });

  test('no value is further away than half a step and the rounding of the scale', () => {
    fc.assert(
      fc.property(fc.array(weight, { minLength: 64, maxLength: 64 }), (list) => {
        const values = Float32Array.from(list);
        const view = new DataView(quantiseQ8(values).buffer);
        for (const [at, value] of values.entries()) {
          const block = Math.floor(at / BLOCK);
          const most = values.subarray(block * BLOCK, (block + 1) * BLOCK).reduce((top, one) => Math.max(top, Math.abs(one)), 0);
          const back = view.getInt8(block * Q8_BLOCK_BYTES + 2 + (at % BLOCK)) * roundToFloat16(most / 127);
          expect(Math.abs(back - value)).toBeLessThanOrEqual(most / 254 + most * 1e-3 + 1e-5);
        }
      }),
    );
  });

  test('parts of a block are refused', () => {
    expect(() => quantiseQ8(new Float32Array(33))).toThrow(RangeError);
  });
});
