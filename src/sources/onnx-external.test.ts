import { describe, expect, test } from 'vitest';
import { ExplainedError } from '../base/explained-error.ts';
import { OnnxDataMissingError, OnnxDataTruncatedError, OnnxFormatError } from './onnx-errors.ts';
import { message, modelMessage, onnxLayout, openBytes, openPath, sourceOf, tensorMessage } from './onnx-files.fixture.ts';
import { openOnnx, openOnnxWeights } from './onnx-weights.ts';

describe('values beside the file', () => {
  const data = new Uint8Array(Float32Array.of(9, 9, 1, 2, 3, 4, 5, 6).buffer);
  const place = (values: Readonly<Record<string, string>>) => modelMessage(tensorMessage('model.a_proj', 'float32', [3, 2], values), tensorMessage('model.b', 'float32', [1], Float32Array.of(7)));
  const inPlace = place({ location: 'm.onnx_data', offset: '8', length: '24' });

  test('are read from there, from the same folder', async () => {
    const file = await openPath(sourceOf({ 'onnx/m.onnx': inPlace, 'onnx/m.onnx_data': data, 'm.onnx_data': new Uint8Array() }), 'onnx/m.onnx');
    expect(file.besides).toEqual(['onnx/m.onnx_data']);
    expect(await file.readWeights('model.a_proj')).toEqual(Float32Array.of(1, 3, 5, 2, 4, 6));
    expect(await file.readRows('model.a_proj', 1, 2)).toEqual(Float32Array.of(2, 4, 6));
    expect(await file.readWeights('model.b')).toEqual(Float32Array.of(7));
  });

  test('of 4 bits, in two files, and of a constant that is not needed', async () => {
    const packed = new Uint8Array(16).fill(0x9a);
    const bytes = modelMessage(
      tensorMessage('model.w_Q4', 'uint8', [1, 1, 16], { location: 'd_1', offset: '4', length: '16' }),
      tensorMessage('model.w_scales', 'float16', [1, 1], { location: 'd', length: '2' }),
      tensorMessage('table', 'float32', [1], { location: 'not there', length: '4' }),
    );
    const progress: (readonly [number, number | null])[] = [];
    const source = sourceOf({ 'm.onnx': bytes, d: Uint8Array.of(0, 0x38), d_1: Uint8Array.of(1, 2, 3, 4, ...packed) });
    const options = { onProgress: (done: number, total: number | null) => progress.push([done, total]) };
    const file = await openOnnxWeights(await openOnnx(source, 'm.onnx', options), onnxLayout(2), options);
    expect(file.besides).toEqual(['d_1', 'd']);
    expect(await file.readWeights('model.w')).toEqual(Float32Array.of(1, 0.5));
    const { length } = bytes;
    expect(progress).toEqual([[length, length], [length + 20, length + 22], [length + 22, length + 22]]);
  });

  test('that are missing or cut off are named, with what to do', async () => {
    const missing: unknown = await openPath(sourceOf({ 'm.onnx': inPlace }), 'm.onnx').catch((reason: unknown) => reason);
    expect(missing).toBeInstanceOf(OnnxDataMissingError);
    expect(missing instanceof ExplainedError && missing.explanation.remedy).toBe('Put "m.onnx_data" of the same export into the folder of m.onnx and open both together.');
    const cut = openPath(sourceOf({ 'm.onnx': inPlace, 'm.onnx_data': data.subarray(0, 31) }), 'm.onnx');
    await expect(cut).rejects.toThrow(OnnxDataTruncatedError);
    await expect(cut).rejects.toThrow('m.onnx has weights up to byte 32 of it, but it has 31');
  });

  test.each<readonly [string, Readonly<Record<string, string>>, RegExp]>([
    ['in a folder above', { location: '../secret', length: '24' }, /is in "\.\.\/secret", which is no name of a file beside it/],
    ['in a folder below', { location: 'data/a', length: '24' }, /no name of a file/],
    ['at an absolute path', { location: 'C:\\a', length: '24' }, /no name of a file/],
    ['in the folder itself', { location: '.', length: '24' }, /no name of a file/],
    ['in a file of no name', { location: '', length: '24' }, /no name of a file/],
    ['nowhere', {}, /no name of a file/],
    ['in a file with a long name', { location: 'a'.repeat(201), length: '24' }, /no name of a file/],
    ['of another length', { location: 'a', length: '20' }, /has 20 bytes in "a", but its shape needs 24/],
    ['at a negative place', { location: 'a', offset: '-8', length: '24' }, /no count of bytes/],
    ['at a place in other digits', { location: 'a', offset: '0x8', length: '24' }, /no count of bytes/],
    ['beyond all files', { location: 'a', offset: '9007199254740991', length: '24' }, /no count of bytes/],
    ['with more entries than there are', Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`${index}`, ''])), /more than 8 entries/],
  ])('%s', async (_, values, words) => {
    const thrown: unknown = await openBytes(place(values)).catch((reason: unknown) => reason);
    expect(thrown).toBeInstanceOf(OnnxFormatError);
    expect(String(thrown)).toMatch(words);
  });

  test('of two places, or in more files than a model has', async () => {
    const twice = message([1, 6], [2, 1], [8, 'model.a'], [13, message([1, 'location'], [2, 'a'])], [13, message([1, 'location'], [2, 'b'])], [14, 1]);
    await expect(openBytes(modelMessage(twice))).rejects.toThrow(/"location" twice/);
    const many = Array.from({ length: 513 }, (_, index) => tensorMessage(`model.${index}`, 'float32', [1], { location: `${index}` }));
    await expect(openBytes(modelMessage(...many))).rejects.toThrow(/513 files, more than the 512/);
  });
});
