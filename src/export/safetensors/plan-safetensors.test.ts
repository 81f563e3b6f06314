import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectBytes } from '../../base/lazy-bytes.ts';
import { neededTensors } from '../../model/expected-tensors.ts';
import { irregularSpec, randomModel, readerOf, specArbitrary } from '../../model/plain-model.fixture.ts';
import type { PlainModel } from '../../model/reference-forward.fixture.ts';
import type { WeightSource } from '../../model/weights.ts';
import { wholeSource } from '../../model/whole-source.fixture.ts';
import { float16ToFloat32, float32ToBfloat16, float32ToFloat16, bfloat16ToFloat32 } from '../../sources/half-floats.ts';
import { MemorySource } from '../../sources/memory-source.ts';
import { openSafetensors } from '../../sources/safetensors.ts';
import { openSharded, readShardIndex } from '../../sources/sharded.ts';
import { safetensorsTypes } from '../formats.ts';
import type { SafetensorsType } from '../formats.ts';
import type { PlannedFile } from '../planned-file.ts';
import { WeightOutOfRangeError } from '../export-errors.ts';
import { planSafetensors } from './plan-safetensors.ts';

const sourceOf = (model: PlainModel): WeightSource => wholeSource(model.spec, readerOf(model));

async function written(files: readonly PlannedFile[]): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const contents = await Promise.all(files.map(async ({ path, content }) => [path, await collectBytes(content)] as const));
  return new Map(contents);
}

const rounded: Readonly<Record<SafetensorsType, (values: Float32Array) => Float32Array>> = {
  fp32: (values) => values,
  fp16: (values) => float16ToFloat32(float32ToFloat16(values)),
  bf16: (values) => bfloat16ToFloat32(float32ToBfloat16(values)),
};

/** The format read by hand, a value at a time: names in the order of their bytes, with dtype, shape and values. */
function readByHand(file: Uint8Array<ArrayBuffer>) {
  const view = new DataView(file.buffer);
  const length = Number(view.getBigUint64(0, true));
  const text = new TextDecoder().decode(file.subarray(8, 8 + length));
  const header: Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }> = JSON.parse(text);
  const { __metadata__: metadata, ...entries } = header;
  const width: Record<string, number> = { F32: 4, F16: 2, BF16: 2 };
  const valueAt = (dtype: string, at: number): number => {
    if (dtype === 'F32') return view.getFloat32(at, true);
    const bits = view.getUint16(at, true);
    const [exponentBits, bias] = dtype === 'F16' ? [5, 15] : [8, 127];
    const fractionBits = 15 - exponentBits;
    const exponent = (bits >> fractionBits) & (2 ** exponentBits - 1);
    const fraction = (bits & (2 ** fractionBits - 1)) / 2 ** fractionBits;
    const size = exponent === 0 ? fraction * 2 ** (1 - bias) : (1 + fraction) * 2 ** (exponent - bias);
    return bits & 0x8000 ? -size : size;
  };
  const tensors = Object.entries(entries).map(([name, { dtype, shape, data_offsets: [from, to] }]) => {
    const size = width[dtype] ?? Number.NaN;
    const values = Array.from({ length: (to - from) / size }, (_, index) => valueAt(dtype, 8 + length + from + index * size));
    return { name, dtype, shape, from, to, values };
  });
  return { length, metadata, tensors, bytes: file.length - 8 - length };
}

describe('one file', () => {
  it('holds every tensor of any model, as an independent reader finds them', async () => {
    await fc.assert(
      fc.asyncProperty(specArbitrary, fc.nat(), fc.constantFrom(...safetensorsTypes), async (spec, seed, type) => {
        const model = randomModel(spec, seed);
        const [file, ...others] = planSafetensors({ weights: sourceOf(model), type });
        if (!file) throw new TypeError('no file');
        expect(others).toEqual([]);
        expect(file.path).toBe('model.safetensors');
        const bytes = await collectBytes(file.content); // throws unless the promised size comes
        const { length, metadata, tensors, bytes: dataBytes } = readByHand(bytes);
        expect(length % 8).toBe(0);
        expect(metadata).toEqual({ format: 'pt' });
        expect(tensors.map(({ name, shape }) => [name, shape])).toEqual([...neededTensors(spec)]);
        let end = 0;
        for (const { name, from, to, values } of tensors) {
          expect(from).toBe(end);
          end = to;
          expect(values).toEqual([...rounded[type](model.tensors.get(name) ?? new Float32Array())]);
        }
        expect(end).toBe(dataBytes);
      }),
      { numRuns: 40 },
    );
  });

  it('opens here with the same weights, bit for bit in float32', async () => {
    await fc.assert(
      fc.asyncProperty(specArbitrary, fc.nat(), fc.constantFrom(...safetensorsTypes), async (spec, seed, type) => {
        const model = randomModel(spec, seed);
        const files = await written(planSafetensors({ weights: sourceOf(model), type, fileName: 'other.safetensors' }));
        const opened = await openSafetensors(await new MemorySource('written', files).open('other.safetensors'), 'other.safetensors');
        expect([...opened.tensors.keys()]).toEqual([...neededTensors(spec).keys()]);
        for (const name of opened.tensors.keys()) expect(await opened.readWeights(name)).toEqual(rounded[type](model.tensors.get(name) ?? new Float32Array()));
      }),
      { numRuns: 40 },
    );
  });

  it('is the same file each time', async () => {
    const [file] = planSafetensors({ weights: sourceOf(randomModel(irregularSpec, 3)), type: 'bf16' });
    if (!file) throw new TypeError('no file');
    expect(await collectBytes(file.content)).toEqual(await collectBytes(file.content));
  });

  it('is read by rows: a large table is never asked for whole', async () => {
    const spec = { ...irregularSpec, vocabulary: 3000, hidden: 4096, layers: [] };
    let largest = 0;
    const weights: WeightSource = {
      spec,
      read: () => Promise.reject(new Error('read whole')),
      readRows: async (name, start, end) => {
        const values = new Float32Array((end - start) * (neededTensors(spec).get(name)?.[1] ?? 1));
        largest = Math.max(largest, values.length);
        return values;
      },
    };
    let bytes = 0;
    for (const { content } of planSafetensors({ weights, type: 'fp16' })) for await (const piece of content.pieces()) bytes += piece.length;
    expect(bytes).toBeGreaterThan(2 * 2 * 3000 * 4096);
    expect(largest).toBeLessThanOrEqual(1 << 22);
  });
});

describe('parts', () => {
  it('of at most the size that is asked for open with their index, whatever that size is', async () => {
    await fc.assert(
      fc.asyncProperty(specArbitrary, fc.nat(), fc.constantFrom(...safetensorsTypes), fc.integer({ min: 1, max: 4000 }), async (spec, seed, type, maxShardBytes) => {
        const model = randomModel(spec, seed);
        const planned = planSafetensors({ weights: sourceOf(model), type, maxShardBytes });
        fc.pre(planned.length > 1);
        const files = await written(planned);
        const paths = [...files.keys()];
        const count = String(paths.length - 1).padStart(5, '0');
        expect(paths.at(-1)).toBe('model.safetensors.index.json');
        expect(paths.slice(0, -1)).toEqual(paths.slice(0, -1).map((_, index) => `model-${String(index + 1).padStart(5, '0')}-of-${count}.safetensors`));
        let total = 0;
        for (const [path, bytes] of files) {
          if (path.endsWith('.json')) continue;
          const { tensors, bytes: size } = readByHand(bytes);
          total += size;
          expect(tensors.length).toBeGreaterThan(0);
          if (tensors.length > 1) expect(size).toBeLessThanOrEqual(maxShardBytes);
        }
        const source = new MemorySource('written', files);
        expect((await readShardIndex(source, 'model.safetensors.index.json')).totalBytes).toBe(total);
        const opened = await openSharded(source, 'model.safetensors.index.json');
        expect(new Set(opened.tensors.keys())).toEqual(new Set(neededTensors(spec).keys()));
        for (const name of opened.tensors.keys()) expect(await opened.readWeights(name)).toEqual(rounded[type](model.tensors.get(name) ?? new Float32Array()));
      }),
      { numRuns: 40 },
    );
  });

  it('are closed only where the next tensor does not fit', () => {
    const weights = sourceOf(randomModel(irregularSpec, 1));
    const sizes = [...neededTensors(irregularSpec).values()].map((shape) => shape.reduce((product, size) => product * size, 4));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    expect(planSafetensors({ weights, type: 'fp32', maxShardBytes: total })).toHaveLength(1);
    expect(planSafetensors({ weights, type: 'fp32', maxShardBytes: total - 1 })).toHaveLength(3);
  });
});

describe('a weight that the type cannot hold', () => {
  it.each([
    ['fp16', 65520, true],
    ['fp16', -65519, false],
    ['fp16', Number.NaN, true],
    ['bf16', 3.4e38, true],
    ['bf16', 65520, false],
    ['fp32', 3.4e38, false],
  ] as const)('%s: %d', async (type, value, refused) => {
    const model = randomModel(irregularSpec, 1);
    model.tensors.get('model.norm.weight')?.set([value]);
    const writing = written(planSafetensors({ weights: sourceOf(model), type }));
    if (refused) await expect(writing).rejects.toThrow(WeightOutOfRangeError);
    else await expect(writing).resolves.toBeDefined();
  });
});
