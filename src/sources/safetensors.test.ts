import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ExplainedError } from '../base/explained-error.ts';
import type { SourceFile } from './file-source.ts';
import { memoryFile } from './memory-source.ts';
import { PIECE } from './read-float32.ts';
import { openSafetensors } from './safetensors.ts';
import {
  DuplicateNameError,
  FileSizeError,
  HeaderFormatError,
  HeaderLengthError,
  NonFiniteWeightError,
  TensorBytesError,
  TensorMissingError,
  TensorOffsetsError,
  TensorShapeError,
  UnknownDtypeError,
  UnreadableDtypeError,
} from './safetensors-errors.ts';

/** A file of a header text and data bytes; `declared` is what the length field says. */
function fileOf(header: string, data: Uint8Array = new Uint8Array(), declared?: bigint): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, declared ?? BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

const open = (bytes: Uint8Array) => openSafetensors(memoryFile(bytes), 'model.safetensors');

const entry = (dtype: string, shape: unknown, from: unknown, to: unknown) => ({ dtype, shape, data_offsets: [from, to] });
const json = (header: object) => JSON.stringify(header);
const zeros = (count: number) => new Uint8Array(count);

const hostile: readonly (readonly [name: string, bytes: Uint8Array, error: new (...parts: never[]) => ExplainedError, words: RegExp])[] = [
  ['an empty file', zeros(0), HeaderLengthError, /0 bytes/],
  ['a file shorter than the length field', zeros(7), HeaderLengthError, /7 bytes/],
  ['a header length of 0', zeros(8), HeaderLengthError, /claims 0 bytes/],
  ['a header length beyond the file', fileOf('{}', zeros(0), 3n), HeaderLengthError, /claims 3 bytes.*only 10/],
  ['a header length beyond what is read', fileOf('{}', zeros(0), 8_388_609n), HeaderLengthError, /claims 8388609 bytes, more than the 8388608/],
  ['a header length of 2^64 - 1', fileOf('{}', zeros(0), 2n ** 64n - 1n), HeaderLengthError, /18446744073709551615/],
  ['a web page', new TextEncoder().encode('<!doctype html><html></html>'), HeaderLengthError, /more than the 8388608/],
  ['a header that is not JSON', fileOf('{"a": '), HeaderFormatError, /not JSON/],
  ['a header that is a list', fileOf('[1, 2]'), HeaderFormatError, /not a JSON object/],
  ['a header that is null', fileOf('null'), HeaderFormatError, /not a JSON object/],
  ['a header of nothing but opened lists', fileOf('{"a": '.padEnd(100_000, '[')), HeaderFormatError, /deeper than 3/],
  ['a header that is not UTF-8', Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe), HeaderFormatError, /UTF-8/],
  ['metadata that is not text', fileOf('{"__metadata__": {"a": 1}}'), HeaderFormatError, /metadata/],
  ['an entry that is a number', fileOf('{"a": 1}'), HeaderFormatError, /"a"/],
  ['a tensor of too many dimensions', fileOf(json({ a: entry('F32', Array.from({ length: 9 }, () => 1), 0, 4) }), zeros(4)), HeaderFormatError, /at most 8 sizes/],
  ['sizes beyond all numbers that come to nothing', fileOf(json({ a: entry('F32', [2 ** 52, 2 ** 52, 0], 0, 0) })), TensorShapeError, /4503599627370496/],
  ['a name that is too long', fileOf(json({ ['a'.repeat(1025)]: entry('F32', [1], 0, 4) }), zeros(4)), HeaderFormatError, /more than 1024 characters/],
  ['too many tensors', fileOf(json(Object.fromEntries(Array.from({ length: 32_770 }, (_, index) => [index, entry('F32', [0], 0, 0)])))), HeaderFormatError, /32769 tensors/],
  ['a name of millions of escapes', fileOf(`{"${'\\n'.repeat(4_000_000)}": 1}`), HeaderFormatError, /more than 1024 characters/],
  ['an entry without offsets', fileOf('{"a": {"dtype": "F32", "shape": [1]}}', zeros(4)), HeaderFormatError, /"a"/],
  [
    'a name that is there twice',
    fileOf(`{"a": ${json(entry('F32', [1], 0, 4))}, "\\u0061": ${json(entry('F32', [1], 0, 4))}}`, zeros(4)),
    DuplicateNameError,
    /"a" twice/,
  ],
  [
    'a key inside an entry that is there twice',
    fileOf('{"a": {"dtype": "F32", "shape": [1], "shape": [1], "data_offsets": [0, 4]}}', zeros(4)),
    DuplicateNameError,
    /"shape" twice/,
  ],
  ['an unknown data type', fileOf(json({ a: entry('F31', [1], 0, 4) }), zeros(4)), UnknownDtypeError, /"F31"/],
  ['a data type named like a built-in', fileOf(json({ a: entry('toString', [1], 0, 4) }), zeros(4)), UnknownDtypeError, /toString/],
  ['a fraction as a dimension', fileOf(json({ a: entry('F32', [1.5], 0, 6) }), zeros(6)), TensorShapeError, /1\.5/],
  ['a negative dimension', fileOf(json({ a: entry('F32', [-1, -1], 0, 4) }), zeros(4)), TensorShapeError, /-1/],
  ['a text as a dimension', fileOf(json({ a: entry('F32', ['1'], 0, 4) }), zeros(4)), TensorShapeError, /"1"/],
  ['a shape beyond addressing', fileOf(json({ a: entry('F32', [1e9, 1e9, 1e9], 0, 4) }), zeros(4)), TensorShapeError, /1000000000/],
  ['offsets that run backwards', fileOf(json({ a: entry('F32', [1], 4, 0) }), zeros(4)), TensorOffsetsError, /4 to 0/],
  ['negative offsets', fileOf(json({ a: entry('F32', [1], -4, 0) }), zeros(4)), TensorOffsetsError, /-4 to 0/],
  ['fractional offsets', fileOf(json({ a: entry('F32', [1], 0.5, 4.5) }), zeros(5)), TensorOffsetsError, /0\.5/],
  ['too few bytes for the shape', fileOf(json({ a: entry('F32', [2], 0, 4) }), zeros(4)), TensorBytesError, /4 bytes.*need 8/],
  ['too many bytes for the type', fileOf(json({ a: entry('F16', [2], 0, 8) }), zeros(8)), TensorBytesError, /8 bytes.*need 4/],
  ['overlapping tensors', fileOf(json({ a: entry('F32', [2], 0, 8), b: entry('F32', [2], 4, 12) }), zeros(12)), TensorOffsetsError, /"b".*overlaps/],
  ['two tensors in one place', fileOf(json({ a: entry('F32', [1], 0, 4), b: entry('F32', [1], 0, 4) }), zeros(4)), TensorOffsetsError, /overlaps/],
  ['a gap between tensors', fileOf(json({ a: entry('F32', [1], 0, 4), b: entry('F32', [1], 8, 12) }), zeros(12)), TensorOffsetsError, /"b".*gap of 4/],
  ['a gap before the first tensor', fileOf(json({ a: entry('F32', [1], 4, 8) }), zeros(8)), TensorOffsetsError, /gap of 4/],
  ['a truncated file', fileOf(json({ a: entry('F32', [2], 0, 8) }), zeros(7)), FileSizeError, /truncated/],
  ['a tensor of a terabyte in a small file', fileOf(json({ a: entry('F32', [2 ** 38], 0, 2 ** 40) }), zeros(4)), FileSizeError, /truncated/],
  ['bytes after the last tensor', fileOf(json({ a: entry('F32', [1], 0, 4) }), zeros(5)), FileSizeError, /1 bytes after/],
];

describe('hostile files are refused with their cause', () => {
  test.each(hostile)('%s', async (_, bytes, error, words) => {
    const thrown: unknown = await open(bytes).then(() => null, (reason: unknown) => reason);
    expect(thrown).toBeInstanceOf(error);
    if (!(thrown instanceof ExplainedError)) throw thrown;
    expect(thrown.explanation.what).toMatch(words);
    expect(thrown.explanation.means).not.toBe('');
    expect(thrown.explanation.remedy).not.toBe('');
  });

  test('any cut or changed byte of the header gives an explained error or a file that tiles exactly', async () => {
    const header = json({ a: entry('F32', [2], 0, 8), b: entry('BF16', [3], 8, 14) });
    const good = fileOf(header, zeros(14));
    const changes = fc.tuple(fc.nat(good.length - 15), fc.integer({ min: 0, max: 255 }), fc.nat(good.length));
    await fc.assert(
      fc.asyncProperty(changes, async ([place, value, length]) => {
        const bytes = Uint8Array.from(good.subarray(0, length));
        if (place < length) bytes[place] = value;
        const result = await open(bytes).catch((reason: unknown) => reason);
        if (result instanceof ExplainedError) return;
        if (result instanceof Error) throw result;
        expect(length).toBe(good.length);
      }),
      { numRuns: 500 },
    );
  });
});

describe('reading', () => {
  const floats = new Uint8Array(Float32Array.of(1.5, -2, 0, 3).buffer);

  test('a header padded with spaces, with metadata and an empty tensor', async () => {
    const file = await open(fileOf(`${json({ __metadata__: { format: 'pt' }, b: entry('F32', [4], 0, 16), a: entry('F32', [0, 4], 0, 0) })}   `, floats));
    expect(file.metadata).toEqual({ format: 'pt' });
    expect([...file.tensors.keys()]).toEqual(['a', 'b']);
    expect(await file.read('a')).toEqual(new Float32Array());
    expect(await file.readWeights('b')).toEqual(Float32Array.of(1.5, -2, 0, 3));
  });

  test('every readable type, at odd places of the file', async () => {
    const parts = {
      U8: Uint8Array.of(7),
      F16: Uint16Array.of(0x3c00, 0xc000),
      BF16: Uint16Array.of(0x3f80, 0xc000),
      F32: Float32Array.of(1, -2),
      F64: Float64Array.of(1 / 3),
      I32: Int32Array.of(-5, 6),
      I64: BigInt64Array.of(-(2n ** 60n)),
    };
    const header: Record<string, object> = {};
    const bytes: number[] = [];
    for (const [dtype, values] of Object.entries(parts)) {
      header[dtype] = entry(dtype, [values.length], bytes.length, bytes.length + values.byteLength);
      bytes.push(...new Uint8Array(values.buffer));
    }
    const file = await open(fileOf(json(header), Uint8Array.from(bytes)));
    expect(await file.read('F16')).toEqual(Float32Array.of(1, -2));
    expect(await file.read('BF16')).toEqual(Float32Array.of(1, -2));
    for (const dtype of ['F32', 'F64', 'I32', 'I64'] as const) expect(await file.read(dtype)).toEqual(parts[dtype]);
    await expect(file.read('U8')).rejects.toBeInstanceOf(UnreadableDtypeError);
    await expect(file.readWeights('I32')).rejects.toBeInstanceOf(UnreadableDtypeError);
    await expect(file.read('nothing')).rejects.toBeInstanceOf(TensorMissingError);
  });

  test.each([
    ['F32', new Uint8Array(Float32Array.of(1, 2, Number.NaN, 4).buffer), 'NaN'],
    ['F32', new Uint8Array(Float32Array.of(1, 2, Number.NEGATIVE_INFINITY, 4).buffer), '-Infinity'],
    ['F16', new Uint8Array(Uint16Array.of(0, 0, 0x7e00, 0).buffer), 'NaN'],
    ['BF16', new Uint8Array(Uint16Array.of(0, 0, 0x7f80, 0).buffer), 'Infinity'],
  ])('a weight in %s that is not finite is named with its place', async (dtype, data, value) => {
    const file = await open(fileOf(json({ 'model.norm.weight': entry(dtype, [4], 0, data.length) }), data));
    const thrown: unknown = await file.readWeights('model.norm.weight').catch((reason: unknown) => reason);
    expect(thrown).toBeInstanceOf(NonFiniteWeightError);
    expect(String(thrown)).toContain(`Weight 2 of tensor "model.norm.weight" is ${value}.`);
  });
});

describe('rows and pieces', () => {
  const matrix = Float32Array.from({ length: 35 }, (_, index) => index / 4);
  const halves = Uint16Array.from({ length: 35 }, (_, index) => 0x3c00 + 7 * index);

  test.each([
    ['F32', new Uint8Array(matrix.buffer)],
    ['BF16', new Uint8Array(halves.buffer)],
    ['F16', new Uint8Array(halves.buffer)],
  ])('rows of %s are those of the whole', async (dtype, data) => {
    const file = await open(fileOf(json({ a: entry('U8', [1], 0, 1), w: entry(dtype, [7, 5], 1, 1 + data.length) }), Uint8Array.of(9, ...data)));
    const whole = await file.readWeights('w');
    for (const [start, end] of [[0, 7], [2, 5], [6, 7], [3, 3]] as const) {
      expect(await file.readRows('w', start, end)).toEqual(whole.slice(5 * start, 5 * end));
    }
    for (const [start, end] of [[0, 8], [-1, 2], [3, 2], [0.5, 1]] as const) {
      await expect(file.readRows('w', start, end)).rejects.toBeInstanceOf(RangeError);
    }
    await expect(file.readRows('nothing', 0, 1)).rejects.toBeInstanceOf(TensorMissingError);
  });

  test('a tensor of several pieces is never read whole, and a fault in a late one has its place', async () => {
    const count = PIECE + 5; // BF16: more than two pieces
    const content = (index: number) => (index % 3 === 0 ? 0x3f80 : 0xc000);
    const bytes = fileOf(json({ w: entry('BF16', [count], 0, 2 * count) }), new Uint8Array(Uint16Array.from({ length: count }, (_, index) => content(index)).buffer));
    let longest = 0;
    const plain = memoryFile(bytes);
    const watched: SourceFile = { size: plain.size, slice: (start, end) => ((longest = Math.max(longest, end - start)), plain.slice(start, end)) };
    const values = await (await openSafetensors(watched, 'w')).readWeights('w');
    expect(longest).toBe(PIECE);
    expect(values.every((value, index) => value === (index % 3 === 0 ? 1 : -2))).toBe(true);
    bytes.set([0x80, 0x7f], bytes.length - 4); // infinity
    await expect((await open(bytes)).readWeights('w')).rejects.toThrow(`Weight ${count - 2} of tensor "w" is Infinity.`);
  });
});
