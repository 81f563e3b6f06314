import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Graph } from '../onnx/graph.ts';
import { add, matMul } from '../onnx/ops.ts';
import { serialize } from '../onnx/serialize.ts';
import type { SourceFile } from './file-source.ts';
import { memoryFile } from './memory-source.ts';
import { OnnxFormatError } from './onnx-errors.ts';
import { message, modelMessage, onnxLayout, sourceOf } from './onnx-files.fixture.ts';
import { openOnnx, openOnnxWeights } from './onnx-weights.ts';
import { NonFiniteWeightError, TensorMissingError } from './safetensors-errors.ts';

async function open(bytes: Uint8Array) {
  const onnx = await openOnnx(sourceOf({ 'model.onnx': bytes }), 'model.onnx');
  return { metadata: onnx.metadata, ...(await openOnnxWeights(onnx, onnxLayout())) };
}

/** A graph that multiplies by a matrix `[rows, columns]`, which holds its own indices, and adds a vector. */
function graphFile(rows: number, columns: number, matrix = Float32Array.from({ length: rows * columns }, (_, index) => index)): Uint8Array<ArrayBuffer> {
  const graph = new Graph('two_weights', 17);
  const weight = graph.initializer('model.a_proj', 'float32', [rows, columns], matrix);
  const bias = graph.initializer('model.bias', 'float32', [columns], new Float32Array(columns).fill(7));
  graph.initializer('constant', 'float32', [], Float32Array.of(1));
  graph.initializer('model.indices', 'int64', [2], BigInt64Array.of(-1n, 5n));
  const input = graph.input('x', 'float32', ['n', rows]);
  graph.output('y', add(graph, matMul(graph, input, weight), bias));
  return serialize(graph, { irVersion: 8, metadata: { config: '{"ä": 1}', empty: '' } });
}

test('weights, rows and metadata of a file that was written by another library', async () => {
  const file = await open(graphFile(3, 5));
  expect([...file.metadata]).toEqual([['config', '{"ä": 1}'], ['empty', '']]);
  expect([...file.tensors.values()]).toEqual([
    { name: 'model.a_proj', dtype: 'F32', shape: [5, 3] },
    { name: 'model.bias', dtype: 'F32', shape: [5] },
  ]);
  expect(await file.readWeights('model.bias')).toEqual(new Float32Array(5).fill(7));
  expect(await file.readRows('model.a_proj', 1, 3)).toEqual(Float32Array.of(1, 6, 11, 2, 7, 12));
  await expect(file.readWeights('constant')).rejects.toBeInstanceOf(TensorMissingError);
  await expect(file.readRows('model.a_proj', 0, 6)).rejects.toBeInstanceOf(RangeError);
});

test('a matrix that is stored turned is read the right way round, whole and by any rows', async () => {
  const size = fc.integer({ min: 1, max: 140 });
  await fc.assert(
    fc.asyncProperty(size, size, fc.nat(), fc.nat(), async (rows, columns, from, length) => {
      const file = await open(graphFile(rows, columns));
      const start = from % columns;
      const end = start + (length % (columns - start + 1));
      const expected = Float32Array.from({ length: rows * columns }, (_, index) => (index % rows) * columns + Math.floor(index / rows));
      expect(await file.readWeights('model.a_proj')).toEqual(expected);
      expect(await file.readRows('model.a_proj', start, end)).toEqual(expected.slice(start * rows, end * rows));
    }),
    { numRuns: 30 },
  );
});

test('a large file is opened without reading its weights, and read in pieces', async () => {
  const bytes = graphFile(1500, 2500);
  const lengths: number[] = [];
  const plain = memoryFile(bytes);
  const watched: SourceFile = { size: plain.size, slice: (start, end) => (lengths.push(end - start), plain.slice(start, end)) };
  const file = await openOnnxWeights(await openOnnx({ name: 'watched', open: async () => watched }, 'model.onnx'), onnxLayout());
  expect(lengths.reduce((sum, length) => sum + length, 0)).toBeLessThan(100_000);
  lengths.length = 0;
  await file.readWeights('model.a_proj');
  expect(Math.max(...lengths)).toBeLessThanOrEqual(1 << 23);
  expect(lengths.length).toBe(2);
});

test('a weight that is not finite is named', async () => {
  const matrix = Float32Array.of(1, 2, Number.NaN, 4, 5, 6); // [3, 2]: element [1, 0], read as [0, 1]
  await expect((await open(graphFile(3, 2, matrix))).readWeights('model.a_proj')).rejects.toThrow(NonFiniteWeightError);
  await expect((await open(graphFile(3, 2, matrix))).readWeights('model.a_proj')).rejects.toThrow('Weight 1 of tensor "model.a_proj" is NaN.');
});

const raw = (bytes: number) => new Uint8Array(bytes);
const tensor = (name: string, dims: readonly number[], bytes = 4 * dims.reduce((product, size) => product * size, 1)) =>
  message(...dims.map((size) => [1, size] as const), [2, 1], [8, name], [9, raw(bytes)]);

test('dimensions may be packed or not, and fields of every kind are stepped over', async () => {
  const packed = message([1, Uint8Array.of(2, 3)], [2, 1], [8, 'model.p'], [9, raw(24)]);
  const extra = new BinaryWriter().tag(30, WireType.Bit32).fixed32(1).tag(31, WireType.Bit64).fixed64(2).tag(32, WireType.Varint).int64(-1).finish();
  const file = await open(Uint8Array.from([...extra, ...modelMessage(packed, tensor('model.q', [1, 2]), tensor('model.none', [0, 4]))]));
  expect([...file.tensors.values()].map(({ shape }) => shape)).toEqual([[2, 3], [1, 2], [0, 4]]);
  expect(await file.readWeights('model.none')).toEqual(new Float32Array());
});

describe('hostile files', () => {
  const long = (count: number, byte: number) => new Uint8Array(count).fill(byte);
  test.each<readonly [string, Uint8Array, RegExp]>([
    ['nothing', raw(0), /no graph/],
    ['a web page', new TextEncoder().encode('<!doctype html>'), /kind|claims|breaks off/],
    ['no graph', message([1, 8]), /no graph/],
    ['two graphs', Uint8Array.from([...modelMessage(), ...modelMessage()]), /two graphs/],
    ['a number without end', long(20, 0xff), /no end/],
    ['a number that breaks off', Uint8Array.of(0x08, 0x80), /breaks off/],
    ['a length beyond the file', Uint8Array.of(0x3a, 0x7f, 0), /claims 127 bytes and has 1/],
    ['a length beyond all numbers', Uint8Array.of(0x3a, ...long(9, 0xff), 1, 0), /claims Infinity bytes/],
    ['a length beyond its message', Uint8Array.of(0x3a, 3, 0x2a, 5, 0, 0, 0, 0, 0, 0), /claims 5 bytes and has 1/],
    ['a fixed number that breaks off', Uint8Array.of(0x0d, 0, 0), /claims 4 bytes/],
    ['a group', Uint8Array.of(0x0b, 0x0c), /kind 3/],
    ['field 0', Uint8Array.of(0x00, 0x00), /no field/],
    ['too little raw data', modelMessage(tensor('model.a', [2, 2], 12)), /12 bytes of raw data, but its shape needs 16/],
    ['no raw data', modelMessage(message([1, 4], [2, 1], [8, 'model.a'], [4, raw(16)])), /0 bytes of raw data/],
    ['a negative dimension', modelMessage(message([1, -1], [2, 1], [8, 'model.a'], [9, raw(4)])), /impossible shape/],
    ['a shape beyond addressing', modelMessage(message([1, 2 ** 40], [1, 2 ** 40], [2, 1], [8, 'model.a'], [9, raw(4)])), /impossible shape/],
    ['many dimensions', modelMessage(message(...Array.from({ length: 9 }, () => [1, 1] as const))), /more than 8 dimensions/],
    ['many packed dimensions', modelMessage(message([1, long(1000, 1)])), /more than 8 numbers/],
    ['two tensors of one name', modelMessage(tensor('model.a', [1]), tensor('model.a', [1])), /two tensors "model\.a"/],
    ['a name without end', modelMessage(tensor('a'.repeat(2000), [1])), /2000 bytes, more than the 1024/],
    ['a name that is not UTF-8', modelMessage(message([8, Uint8Array.of(0xff)])), /UTF-8/],
    ['metadata twice', Uint8Array.from([...message([14, message([1, 'a'])], [14, message([1, 'a'])]), ...modelMessage()]), /"a" twice/],
    ['a long text', message([14, message([2, raw((1 << 21) + 1)])]), /more than the 2097152/],
    ['more metadata than anyone writes', message(...Array.from({ length: 65 }, (_, index) => [14, message([1, `${index}`])] as const)), /more than 64/],
    ['fields without end', message([7, long(1_200_000, 0x08)]), /more than 524288 fields/],
  ])('%s', async (_, bytes, words) => {
    const thrown: unknown = await open(bytes).catch((reason: unknown) => reason);
    expect(thrown).toBeInstanceOf(OnnxFormatError);
    expect(String(thrown)).toMatch(words);
  });
});
