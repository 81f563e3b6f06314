import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { FileSource } from '../sources/file-source.ts';
import { FileMissingError } from '../sources/file-source.ts';
import { MemorySource } from '../sources/memory-source.ts';
import { writeSafetensors } from '../sources/write-safetensors.fixture.ts';
import { WeightsMismatchError } from './check-tensors.ts';
import { expectedTensors } from './expected-tensors.ts';
import { inspectModel, inspectSpec } from './inspect-model.ts';
import { openModel } from './load-model.ts';
import { ConfigInvalidError, readConfig, specOfConfig } from './read-config.ts';

const paths = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.safetensors', 'README.md'];
const tales = new Map(paths.map((path) => [path, Uint8Array.from(readFileSync(new URL(`../../public/models/tales-6m/${path}`, import.meta.url)))]));
const size = (path: string) => ({ path, bytes: tales.get(path)?.length ?? 0 });

/** A source that tells what was read of each file. */
function watched(source: FileSource) {
  const read = new Map<string, number>();
  const watching: FileSource = {
    name: source.name,
    list: async () => (await source.list?.()) ?? [],
    open: async (path, options) => {
      const file = await source.open(path, options);
      return { size: file.size, slice: (start, end) => (read.set(path, (read.get(path) ?? 0) + end - start), file.slice(start, end)) };
    },
  };
  return { watching, read };
}

test('tales-6m, as it opens', async () => {
  const { watching, read } = watched(new MemorySource('tales-6m', tales));
  const known = await inspectModel(watching);
  const { spec, parameters, about } = await openModel(new MemorySource('tales-6m', tales));
  expect(known).toEqual({ spec, parameters, about, storedElementBytes: 2, here: true, files: paths.slice(0, 4).map(size) });
  expect([...read.keys()].toSorted()).toEqual(['README.md', 'config.json', 'model.safetensors']);
  expect(read.get('model.safetensors')).toBeLessThan(20_000);
});

test('of files elsewhere only the config is read', async () => {
  const { watching, read } = watched(new MemorySource('far', new Map([...tales].filter(([path]) => path !== 'README.md'))));
  const known = await inspectModel(watching, { here: false });
  expect(known).toMatchObject({ here: false, storedElementBytes: 2, files: paths.slice(0, 4).map(size) });
  expect([...read.keys()]).toEqual(['config.json']);
});

test('a config and sizes are enough', () => {
  const text = new TextDecoder().decode(tales.get('config.json'));
  const about = { name: 'far', licence: 'MIT', card: null, revision: 'abc' };
  const files = (bytes: number) => [{ path: 'config.json', bytes: text.length }, { path: 'model.safetensors', bytes }];
  expect(inspectSpec(readConfig(text), files(13_123_848), about, false)).toMatchObject({ about, storedElementBytes: 2, parameters: { total: 6_557_952 } });
  expect(inspectSpec(readConfig(text), files(26_240_000), about, false).storedElementBytes).toBe(4);
});

const config = { model_type: 'llama', vocab_size: 5, hidden_size: 4, intermediate_size: 6, num_hidden_layers: 1, num_attention_heads: 2, torch_dtype: 'float32', tie_word_embeddings: true };
const json = (value: object) => new TextEncoder().encode(JSON.stringify(value));
const tensors = (dtype: string, bytes: number) =>
  [...expectedTensors(specOfConfig(config))].map(([name, shape]) => [name, { shape, dtype, bytes: new Uint8Array(bytes * shape.reduce((product, side) => product * side, 1)) }] as const);

test('the header knows the stored type better than the config', async () => {
  for (const [dtype, bytes] of [['BF16', 2], ['F32', 4]] as const) {
    // A second copy of the head, which is not read, must not be taken for larger elements.
    const extra = ['lm_head.weight', { shape: [5, 4], dtype: 'F64', bytes: new Uint8Array(160) }] as const;
    const source = new MemorySource('m', new Map([['config.json', json(config)], ['model.safetensors', writeSafetensors([...tensors(dtype, bytes), extra])]]));
    expect((await inspectModel(source)).storedElementBytes).toBe(bytes);
  }
});

test('parts: their sizes, and the index\'s', async () => {
  const all = tensors('F32', 4);
  const parts = new Map([['a.safetensors', writeSafetensors(all.slice(0, 3))], ['b.safetensors', writeSafetensors(all.slice(3))]]);
  const index = json({ weight_map: Object.fromEntries(all.map(([name], place) => [name, place < 3 ? 'a.safetensors' : 'b.safetensors'])) });
  const source = new MemorySource('m', new Map([['config.json', json(config)], ['model.safetensors.index.json', index], ...parts]));
  const files = [['config.json', json(config)], ['model.safetensors.index.json', index], ...parts] as const;
  expect((await inspectModel(source)).files).toEqual(files.map(([path, { length }]) => ({ path, bytes: length })));
  expect((await inspectModel(source, { here: false })).files).toHaveLength(4);
});

test('faults are told before anything is fetched', async () => {
  const broken = (path: string, bytes: Uint8Array) => inspectModel(new MemorySource('m', new Map([...tales, [path, bytes]])));
  await expect(broken('config.json', json({ ...config, hidden_size: -1 }))).rejects.toBeInstanceOf(ConfigInvalidError);
  await expect(broken('config.json', json(config))).rejects.toBeInstanceOf(WeightsMismatchError);
  await expect(inspectModel(new MemorySource('m', new Map([['config.json', json(config)]])))).rejects.toBeInstanceOf(FileMissingError);
});
