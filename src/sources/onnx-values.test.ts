import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { float16ToFloat32, float32ToFloat16 } from './half-floats.ts';
import { OnnxFormatError } from './onnx-errors.ts';
import { modelMessage, openBytes, tensorMessage } from './onnx-files.fixture.ts';
import { blocksOf } from './q4-blocks.ts';
import { NonFiniteWeightError } from './safetensors-errors.ts';

const size = fc.integer({ min: 1, max: 70 });
const halves = (count: number, of = (index: number) => index) => float32ToFloat16(Float32Array.from({ length: count }, (_, index) => of(index)));

describe('float16', () => {
  test('values, and a matrix that is stored turned, by any rows', async () => {
    await fc.assert(
      fc.asyncProperty(size, size, fc.nat(), fc.nat(), async (rows, columns, from, length) => {
        const stored = halves(rows * columns, (index) => (index % 4001) / 8);
        const file = await openBytes(modelMessage(tensorMessage('model.a', 'float16', [rows, columns], stored), tensorMessage('model.a_proj', 'float16', [rows, columns], stored)));
        const plain = float16ToFloat32(stored);
        const turned = Float32Array.from({ length: rows * columns }, (_, index) => plain[(index % rows) * columns + Math.floor(index / rows)] ?? Number.NaN);
        const start = from % columns;
        const end = start + (length % (columns - start + 1));
        expect(file.tensors.get('model.a_proj')).toEqual({ name: 'model.a_proj', dtype: 'F16', shape: [columns, rows] });
        expect(await file.readWeights('model.a')).toEqual(plain);
        expect(await file.readWeights('model.a_proj')).toEqual(turned);
        expect(await file.readRows('model.a_proj', start, end)).toEqual(turned.slice(start * rows, end * rows));
      }),
      { numRuns: 30 },
    );
  });

  test('what overflowed is named', async () => {
    const file = await openBytes(modelMessage(tensorMessage('model.a_proj', 'float16', [1, 3], halves(3, (index) => (index === 2 ? 1e6 : 1)))));
    await expect(file.readWeights('model.a_proj')).rejects.toThrow('Weight 2 of tensor "model.a_proj" is Infinity.');
  });
});

/** Two initializers of a matrix in 4 bits, whose value `[row, column]` is `(column % 16 - 8) * (row + 1)`; scales by row. */
function blocksOfRamp(rows: number, columns: number, type: 'float32' | 'float16' = 'float32') {
  const blocks = blocksOf(columns);
  const packed = Uint8Array.from({ length: rows * blocks * 16 }, (_, byte) => ((2 * byte) % 16) | (((2 * byte + 1) % 16) << 4));
  const factors = Float32Array.from({ length: rows * blocks }, (_, block) => 1 + Math.floor(block / blocks));
  return [
    tensorMessage('model.w_proj_Q4', 'uint8', [rows, blocks, 16], packed),
    tensorMessage('model.w_proj_scales', type, [rows, blocks], type === 'float32' ? factors : float32ToFloat16(factors)),
  ] as const;
}

describe('4 bits', () => {
  test('the low nibble comes first, 8 is zero, and what pads the last block is left out', async () => {
    await fc.assert(
      fc.asyncProperty(size, fc.integer({ min: 1, max: 100 }), fc.constantFrom('float32', 'float16'), fc.nat(), async (rows, columns, type, from) => {
        const file = await openBytes(modelMessage(...blocksOfRamp(rows, columns, type)), columns);
        const expected = Float32Array.from({ length: rows * columns }, (_, index) => ((index % columns) % 16 - 8) * (1 + Math.floor(index / columns)));
        expect([...file.tensors.values()]).toEqual([{ name: 'model.w_proj', dtype: 'Q4', shape: [rows, columns] }]);
        expect(await file.readWeights('model.w_proj')).toEqual(expected);
        expect(await file.readRows('model.w_proj', from % rows, rows)).toEqual(expected.slice((from % rows) * columns));
      }),
      { numRuns: 30 },
    );
  });

  test('a matrix that is larger than a piece', async () => {
    const [rows, columns] = [4100, 4096];
    const values = await (await openBytes(modelMessage(...blocksOfRamp(rows, columns)), columns)).readWeights('model.w_proj');
    for (const [row, column] of [[0, 0], [4095, 17], [4096, 0], [4099, 4095]] as const) {
      expect(values[row * columns + column]).toBe(((column % 16) - 8) * (row + 1));
    }
  });

  const scales = (values: ArrayBufferView) => tensorMessage('model.a_scales', 'float32', [values.byteLength / 4], values);
  const packed = (...dims: readonly number[]) => tensorMessage('model.a_Q4', 'uint8', dims, new Uint8Array(dims.reduce((product, side) => product * side, 1)));

  test('scales may be flat, and one that makes no number is named', async () => {
    expect(await (await openBytes(modelMessage(packed(2, 1, 16), scales(Float32Array.of(0.5, 2))), 1)).readWeights('model.a')).toEqual(Float32Array.of(-4, -16));
    const bad = await openBytes(modelMessage(packed(2, 1, 16), scales(Float32Array.of(1, Number.NaN))));
    await expect(bad.readWeights('model.a')).rejects.toThrow(NonFiniteWeightError);
    const large = await openBytes(modelMessage(packed(1, 1, 16), scales(Float32Array.of(3e38))));
    await expect(large.readWeights('model.a')).rejects.toThrow('Weight 0 of tensor "model.a" is -Infinity.');
  });

  test.each([
    ['no scales', modelMessage(packed(2, 1, 16)), /scales of "model\.a" are missing/],
    ['scales of bytes', modelMessage(packed(2, 1, 16), tensorMessage('model.a_scales', 'uint8', [2], new Uint8Array(2))), /scales of "model\.a" are missing/],
    ['too few scales', modelMessage(packed(2, 1, 16), scales(Float32Array.of(1))), /2 blocks and 1 scales/],
    ['blocks of another size', modelMessage(packed(2, 1, 8), scales(Float32Array.of(1, 1))), /\[2, 1, 8\], which are no blocks of 32/],
    ['blocks in two dimensions', modelMessage(packed(2, 16), scales(Float32Array.of(1, 1))), /no blocks of 32/],
    ['too many blocks', modelMessage(packed(1, 2, 16), scales(Float32Array.of(1, 1))), /has 2 blocks a row, and 20 columns need 1/],
    ['a matrix twice', modelMessage(packed(1, 1, 16), scales(Float32Array.of(1)), tensorMessage('model.a', 'float32', [1], Float32Array.of(1))), /"model\.a" twice, in 4 bits and not/],
  ])('%s', async (_, bytes, words) => {
    const thrown: unknown = await openBytes(bytes, 20).catch((reason: unknown) => reason);
    expect(thrown).toBeInstanceOf(OnnxFormatError);
    expect(String(thrown)).toMatch(words);
  });

  test('other bytes are no weights', async () => {
    expect((await openBytes(modelMessage(tensorMessage('model.mask', 'uint8', [3], new Uint8Array(3))))).tensors.size).toBe(0);
  });
});
