import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryStorage } from '../storage/memory-storage.ts';
import { StorageFullError } from '../storage/storage-errors.ts';
import { LevelWeights } from './level-weights.ts';
import type { LevelPrecision } from './level-weights.ts';
import { LevelWeightRangeError } from './pruning-errors.ts';

const values = fc.double({ min: -60_000, max: 60_000, noNaN: true }).map(Math.fround);
const weight = fc.option(fc.array(values, { maxLength: 12 }).map((list) => Float32Array.from(list)), { nil: null });
const database = fc.array(fc.array(weight, { minLength: 1, maxLength: 5 }), { maxLength: 6 });

/** Half the distance between neighbouring float16 near a value. */
const halfUlp = (value: number): number => Math.max(2 ** -25, 2 ** (Math.floor(Math.log2(Math.abs(value) || 1)) - 11));

/** Puts all modules at once and reads all levels at once. */
async function store(modules: readonly (readonly (Float32Array | null)[])[], precision: LevelPrecision, memoryBytes: number) {
  const storage = new MemoryStorage();
  await using weights = new LevelWeights({ storage, precision, memoryBytes });
  await Promise.all(modules.map((levels, module) => weights.put(module, `module ${module}`, levels.map((level) => level?.slice() ?? null))));
  const { bytes } = weights;
  const read = await Promise.all(modules.map((levels, module) => Promise.all(levels.map((_, level) => weights.read(module, level)))));
  return { bytes, read, files: (await storage.list()).length };
}

describe('LevelWeights', () => {
  it('reads float32 back as it was and float16 to the nearest, the same from memory and storage; sizes add up', async () => {
    await fc.assert(
      fc.asyncProperty(database, fc.integer({ min: 0, max: 300 }), async (modules, memoryBytes) => {
        const count = modules.flat().reduce((sum, level) => sum + (level?.length ?? 0), 0);
        const exact = await store(modules, 'float32', memoryBytes);
        expect(exact.read).toEqual(modules);
        expect(exact.bytes).toBe(4 * count);
        const halves = await store(modules, 'float16', memoryBytes);
        expect(halves.bytes).toBe(2 * count);
        expect(halves.read).toEqual((await store(modules, 'float16', Infinity)).read);
        for (const [module, levels] of modules.entries()) {
          for (const [level, wanted] of levels.entries()) {
            const got = halves.read[module]?.[level];
            expect(got?.length).toBe(wanted?.length);
            wanted?.forEach((value, index) => expect(Math.abs((got?.[index] ?? NaN) - value)).toBeLessThanOrEqual(halfUlp(value)));
          }
        }
      }),
    );
  });

  it('touches no storage while the weights fit the memory', async () => {
    expect((await store([[new Float32Array(8)]], 'float32', 32)).files).toBe(0);
    expect((await store([[new Float32Array(9)]], 'float32', 32)).files).toBe(1);
    expect((await store([[new Float32Array(9)]], 'float16', 32)).files).toBe(0);
  });

  it('gives copies away', async () => {
    await using weights = LevelWeights.inMemory();
    await weights.put(0, 'module 0', [Float32Array.of(1, 2)]);
    (await weights.read(0, 0))?.fill(9);
    expect(await weights.read(0, 0)).toEqual(Float32Array.of(1, 2));
  });

  it('names the module whose weight is beyond float16, and keeps none of it', async () => {
    await using weights = new LevelWeights({ storage: new MemoryStorage(), precision: 'float16', memoryBytes: 100 });
    const put = weights.put(3, 'the MLP of layer 1', [Float32Array.of(1), Float32Array.of(-65_536)]);
    await expect(put).rejects.toThrow(LevelWeightRangeError);
    await expect(put).rejects.toThrow(/the MLP of layer 1 became -65536/);
    expect(weights.bytes).toBe(0);
    await expect(weights.read(3, 0)).rejects.toThrow(RangeError);
    await weights.put(3, 'the MLP of layer 1', [Float32Array.of(65_504)]);
    expect(await weights.read(3, 0)).toEqual(Float32Array.of(65_504));
  });

  it('tells that the storage is full, and still reads what fitted', async () => {
    const storage = new MemoryStorage({ quota: 100 });
    await using weights = new LevelWeights({ storage, precision: 'float32', memoryBytes: 0 });
    await weights.put(0, 'module 0', [null, new Float32Array(10).fill(1)]);
    await expect(weights.put(1, 'module 1', [null, new Float32Array(10), new Float32Array(10)])).rejects.toThrow(StorageFullError);
    expect(await weights.read(0, 1)).toEqual(new Float32Array(10).fill(1));
    await expect(weights.read(1, 1)).rejects.toThrow(RangeError);
    await expect(weights.put(0, 'module 0', [])).rejects.toThrow(RangeError);
  });
});
