import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryStorage } from '../../storage/memory-storage.ts';
import { StorageFullError } from '../../storage/storage-errors.ts';
import { parseRunConfig } from '../parse-config.ts';
import { CheckpointDamagedError } from './checkpoint-errors.ts';
import { CheckpointStore } from './checkpoint-store.ts';
import { putTensors, readTensors, TensorPartError, type PartTensor } from './tensor-part.ts';

type Shapes = ReadonlyMap<string, readonly number[]>;

const open = (storage = new MemoryStorage()): Promise<CheckpointStore> => CheckpointStore.create(storage, 'run1', parseRunConfig({ version: 1 }));

const tensor = (name: string, shape: readonly number[], values: readonly number[]): PartTensor => ({ name, shape, read: () => Float32Array.from(values) });

const two = [tensor('a', [2, 3], [1, -0, Number.NaN, Infinity, 1e-45, 0.1]), tensor('b', [1], [7])];
const shapesOf = (tensors: readonly PartTensor[]): Shapes => new Map(tensors.map(({ name, shape }) => [name, shape]));

async function readAll(...args: Parameters<typeof readTensors>): Promise<Map<string, Float32Array>> {
  const read = new Map<string, Float32Array>();
  for await (const [name, values] of readTensors(...args)) read.set(name, values);
  return read;
}

/** Bits, since NaN equals NaN however it is written. */
const bits = (values: Float32Array | undefined): number[] => [...new Uint32Array(Float32Array.from(values ?? []).buffer)];

describe('tensors in a part', () => {
  it('come back bit for bit, whatever their values', async () => {
    const store = await open();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.float32Array({ minLength: 0, maxLength: 9 }), { minLength: 1, maxLength: 6 }), async (arrays) => {
        const tensors = arrays.map((values, index): PartTensor => ({ name: `${index}.é"`, shape: [values.length, 1], read: () => values }));
        const part = await putTensors(store, 'some', tensors);
        const read = await readAll(store, part, new Map([...shapesOf(tensors)].reverse()));
        arrays.forEach((values, index) => expect(bits(read.get(`${index}.é"`))).toEqual(bits(values)));
      }),
      { numRuns: 50 },
    );
    const read = await readAll(store, await putTensors(store, 'some', two), shapesOf(two));
    expect(Object.is(read.get('a')?.[1], -0)).toBe(true);
    expect([...(read.get('a') ?? [])]).toEqual([1, -0, Number.NaN, Infinity, 1.401298464324817e-45, 0.10000000149011612]);
  });

  it('are read one at a time, each when it is written', async () => {
    const log: string[] = [];
    const tensors = ['a', 'b', 'c'].map((name): PartTensor => ({ name, shape: [1], read: () => (log.push(`read ${name}`), Float32Array.of(1)) }));
    const store = {
      put: async (stem: string, pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) => {
        for await (const piece of pieces) log.push(`${piece.length > 4 ? 'header' : 'wrote'}`);
        return { name: stem, bytes: 0, sha256: '' };
      },
      read: () => Promise.reject(new Error('not read')),
      readRange: () => Promise.reject(new Error('not read')),
    };
    await putTensors(store, 'some', tensors);
    expect(log).toEqual(['header', 'read a', 'wrote', 'read b', 'wrote', 'read c', 'wrote']);
  });

  it('leave nothing where there is no room, or where a tensor has not the size of its shape', async () => {
    const storage = new MemoryStorage({ quota: 2000 });
    const store = await open(storage);
    const before = await storage.list();
    await expect(putTensors(store, 'some', [tensor('a', [600], Array(600).fill(1))])).rejects.toThrow(StorageFullError);
    await expect(putTensors(store, 'some', [tensor('a', [2], [1, 2, 3])])).rejects.toThrow('a has 12 bytes');
    expect(await storage.list()).toEqual(before);
  });
});

describe('a part that is not what is needed', () => {
  it.each<[string, [string, readonly number[]][], string]>([
    ['lacks a tensor', [['a', [2, 3]], ['b', [1]], ['c', [1]]], 'c is missing'],
    ['has one too many', [['a', [2, 3]]], 'b is not of this model'],
    ['has another shape', [['a', [3, 2]], ['b', [1]]], 'a is [2, 3] in place of [3, 2]'],
    ['has fewer dimensions', [['a', [2, 3]], ['b', []]], 'b is [1] in place of []'],
  ])('because it %s is refused before the first tensor is read', async (_, needed, fault) => {
    const store = await open();
    const part = await putTensors(store, 'some', two);
    const reading = readTensors(store, part, new Map(needed));
    const error = await reading.next().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TensorPartError);
    expect((error as TensorPartError).explanation.what).toBe(`The stored weights "${part.name}" cannot be gone on with: ${fault}.`);
  });

  it.each<[string, (header: { json: string; data: Uint8Array<ArrayBuffer> }) => { json: string; data: Uint8Array<ArrayBuffer>; length?: bigint }, RegExp]>([
    ['a header that is no JSON', ({ json, data }) => ({ json: json.slice(0, -3), data }), /malformed/],
    ['a header longer than the file', ({ json, data }) => ({ json, data, length: 1n << 20n }), /claims 1048576 bytes, but the file has only/],
    ['a header of no length', ({ json, data }) => ({ json, data, length: 0n }), /claims 0 bytes/],
    ['a header of absurd length', ({ json, data }) => ({ json, data, length: (1n << 64n) - 1n }), /more than/],
    ['too few values', ({ json, data }) => ({ json, data: data.slice(0, -4) }), /truncated/],
    ['too many values', ({ json, data }) => ({ json, data: new Uint8Array([...data, 0, 0, 0, 0]) }), /after its last tensor/],
    ['another element type', ({ json, data }) => ({ json: json.replace('"F32","shape":[1]', '"I32","shape":[1]'), data }), /b is I32 in place of F32/],
    ['a shape that its bytes do not fill', ({ json, data }) => ({ json: json.replace('[2,3]', '[2,4]'), data }), /"a"/],
    ['a negative size', ({ json, data }) => ({ json: json.replace('[2,3]', '[-2,-3]'), data }), /impossible shape/],
    ['tensors that overlap', ({ json, data }) => ({ json: json.replace('[24,28]', '[20,24]'), data }), /overlaps/],
    ['a name twice', ({ json, data }) => ({ json: json.replace('"b"', '"a"'), data }), /twice/],
  ])('with %s is explained', async (_, damage, fault) => {
    const store = await open();
    const bytes = await store.read(await putTensors(store, 'some', two));
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const made = damage({ json: new TextDecoder().decode(bytes.slice(8, 8 + length)).trimEnd(), data: bytes.slice(8 + length) });
    const text = new TextEncoder().encode(made.json);
    const field = new Uint8Array(8);
    new DataView(field.buffer).setBigUint64(0, made.length ?? BigInt(text.length), true);
    const part = await store.put('some', [field, text, made.data]); // its hash is right: it was written like this
    const error = await readAll(store, part, shapesOf(two)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TensorPartError);
    expect((error as TensorPartError).explanation.what).toMatch(fault);
    expect((error as TensorPartError).explanation.what).not.toContain('..');
  });

  it('because a byte of it changed is refused by the store, as damage', async () => {
    const storage = new MemoryStorage();
    const store = await open(storage);
    const part = await putTensors(store, 'some', two);
    {
      await using file = await storage.open(`checkpoints/run1/${part.name}`);
      await file.write(part.bytes - 1, Uint8Array.of(99));
    }
    const other = await CheckpointStore.open(storage, 'run1');
    await expect(readAll(other.store, part, shapesOf(two))).rejects.toThrow(CheckpointDamagedError);
  });
});
