import { describe, expect, test } from 'vitest';
import { FileMissingError } from './file-source.ts';
import { MemorySource } from './memory-source.ts';
import { FileSizeError, NonFiniteWeightError, TensorMissingError } from './safetensors-errors.ts';
import { ShardIndexError, ShardMismatchError, ShardNameError } from './sharded-errors.ts';
import { openSharded, parseShardIndex } from './sharded.ts';
import { float32Bytes, writeSafetensors } from './write-safetensors.fixture.ts';

const INDEX = 'model.safetensors.index.json';
const one = 'model-00001-of-00002.safetensors';
const two = 'model-00002-of-00002.safetensors';

const parts = {
  [one]: writeSafetensors([['a', { shape: [2, 2], bytes: float32Bytes(1, 2, 3, 4) }], ['b', { shape: [1], bytes: float32Bytes(5) }]]),
  [two]: writeSafetensors([['c', { shape: [3], bytes: float32Bytes(6, 7, Number.NaN) }]]),
};
const goodMap = { a: one, b: one, c: two };

function sourceOf(index: unknown, files: Readonly<Record<string, Uint8Array>> = parts): MemorySource {
  const text = typeof index === 'string' ? index : JSON.stringify(index);
  return new MemorySource('sharded', new Map([...Object.entries(files), [INDEX, new TextEncoder().encode(text)]]));
}

test('tensors of several files are read by name, whole and by rows', async () => {
  const progress: (readonly [number, number | null])[] = [];
  const file = await openSharded(sourceOf({ metadata: { total_size: 32 }, weight_map: goodMap }), INDEX, { onProgress: (...step) => progress.push(step) });
  expect([...file.tensors.values()].map(({ name, shape }) => [name, shape])).toEqual([['a', [2, 2]], ['b', [1]], ['c', [3]]]);
  expect(await file.readWeights('b')).toEqual(Float32Array.of(5));
  expect(await file.readRows('a', 1, 2)).toEqual(Float32Array.of(3, 4));
  await expect(file.readWeights('c')).rejects.toBeInstanceOf(NonFiniteWeightError);
  expect(await file.readRows('c', 0, 2)).toEqual(Float32Array.of(6, 7));
  await expect(file.readWeights('d')).rejects.toBeInstanceOf(TensorMissingError);
  const [first, second] = [parts[one]?.length ?? 0, parts[two]?.length ?? 0];
  expect(progress).toEqual([[first, first], [first + second, first + second]]);
});

test('without a total the sum of the files is not known beforehand', async () => {
  const totals: (number | null)[] = [];
  await openSharded(sourceOf({ weight_map: goodMap }), INDEX, { onProgress: (_, total) => totals.push(total) });
  expect(totals).toEqual([null, null]);
});

describe('hostile indices', () => {
  test.each([
    ['no JSON', '{"weight_map"'],
    ['a list', '[]'],
    ['no map', {}],
    ['a map that is a list', { weight_map: [one] }],
    ['an empty map', { weight_map: {} }],
    ['a tensor without a file', { weight_map: { a: 1 } }],
    ['a tensor in two files', `{"weight_map": {"a": "${one}", "a": "${two}"}}`],
    ['nested without end', `{"weight_map": ${'{"a":'.repeat(50_000)}`],
    ['a thousand files', { weight_map: Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`t${index}`, `${index}.safetensors`])) }],
    ['too long', ' '.repeat((1 << 23) + 1)],
  ])('%s', async (_, index) => {
    await expect(openSharded(sourceOf(index), INDEX)).rejects.toBeInstanceOf(ShardIndexError);
  });

  test.each(['../model.safetensors', '/etc/model.safetensors', 'https://host/model.safetensors', 'a\\b.safetensors', 'model.bin', '', `${'a'.repeat(300)}.safetensors`, './m.safetensors', '%2e%2e/m.safetensors'])(
    'a file elsewhere: %s',
    (shard) => expect(() => parseShardIndex(JSON.stringify({ weight_map: { a: shard } }), INDEX)).toThrow(ShardNameError),
  );

  test('names that objects have by themselves are names like others', () => {
    const { shardOf } = parseShardIndex(`{"weight_map": {"__proto__": "${one}", "constructor": "${two}"}}`, INDEX);
    expect([...shardOf]).toEqual([['__proto__', one], ['constructor', two]]);
  });

  test.each([-1, 0, 1.5, 1e300, '7', null])('a total of %j is no total', (total) => {
    expect(parseShardIndex(JSON.stringify({ metadata: { total_size: total }, weight_map: goodMap }), INDEX).totalBytes).toBeNull();
  });
});

describe('index and files that disagree', () => {
  const twice = { ...parts, [two]: writeSafetensors([['c', { shape: [3] }], ['b', { shape: [1] }]]) };
  test.each([
    ['a file lacks its tensor', { ...goodMap, d: two }, parts, ShardMismatchError, /"d" of "model-00002.* missing/],
    ['a tensor that the index does not name', { a: one, c: two }, parts, ShardMismatchError, /"b" of "model-00001.* not named/],
    ['a tensor in two files', goodMap, twice, ShardMismatchError, /"b" of "model-00002.* should be in "model-00001/],
    ['a tensor in another file', { a: one, b: two, c: two }, parts, ShardMismatchError, /"b" of "model-00001.* should be in "model-00002/],
    ['a file that is not there', goodMap, { [one]: parts[one] ?? new Uint8Array() }, FileMissingError, /model-00002/],
    ['a file that is cut', goodMap, { ...parts, [two]: parts[two]?.subarray(0, -1) ?? new Uint8Array() }, FileSizeError, /model-00002.*truncated/],
  ])('%s', async (_, map, files, error, words) => {
    const thrown: unknown = await openSharded(sourceOf({ weight_map: map }, files), INDEX).catch((reason: unknown) => reason);
    expect(thrown).toBeInstanceOf(error);
    expect(String(thrown)).toMatch(words);
  });
});
