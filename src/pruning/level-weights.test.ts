import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryStorage } from '../storage/memory-storage.ts';
import { StorageFullError } from '../storage/storage-errors.ts';
import type { ModuleLevels } from './level-database.ts';
import { LevelWeights } from './level-weights.ts';
import type { LevelPrecision } from './level-weights.ts';
import { PartsInMemory } from './parts-in-memory.fixture.ts';
import { levelsOf } from './prune-module.ts';
import type { ModuleForm } from './prune-module.ts';
import { LevelWeightRangeError, StoredModuleError } from './pruning-errors.ts';
import { oneLayer } from './random-job.fixture.ts';
import { headerOf, readHeader } from './stored-module.ts';
import type { StoredModule } from './stored-module.ts';

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

/** An MLP of 6 channels on a width of 2, cut into 3 levels above dense: 4, 2 and 0 channels remain. */
const form: ModuleForm = { id: { layer: 0, kind: 'mlp' }, spec: oneLayer([1], 2, 6, 2), granularity: 'kv-group', K: 3 };

const choices = [
  { removed: 0, kept: Int32Array.of(0, 1, 2, 3, 4, 5), loss: 0 },
  { removed: 2, kept: Int32Array.of(0, 2, 3, 5), loss: 0.1 },
  { removed: 4, kept: Int32Array.of(2, 5), loss: 0.7 },
  { removed: 6, kept: new Int32Array(0), loss: 1 / 3 },
];
const levels: ModuleLevels = { id: form.id, ...levelsOf(form, choices), fallbacks: 1, onDevice: { refreshes: 2, drift: 1e-4 }, dampingRaised: 0.1 };
const weights = (): (Float32Array | null)[] => [null, Float32Array.from({ length: 8 }, (_, index) => Math.fround(1 / (index + 1))), Float32Array.of(-1, 0.1, 3, -0.3), null];

describe('LevelWeights with a part store', () => {
  it.each(['float32', 'float16'] as const)('reads %s bit for bit what it put: from memory, from the part, and attached elsewhere', async (precision) => {
    const parts = new PartsInMemory();
    const storage = new MemoryStorage();
    const reads: unknown[] = [];
    let stored: StoredModule | null = null;
    for (const memoryBytes of [1000, 0]) {
      await using put = new LevelWeights({ storage, precision, memoryBytes, parts });
      await put.put(7, 'module 7', weights(), levels);
      const before = parts.reads;
      reads.push(await Promise.all([0, 1, 2, 3].map((level) => put.read(7, level))));
      expect(parts.reads - before).toBe(memoryBytes === 0 ? 2 : 0);
      stored = put.stored(7);
      expect(put.bytes).toBe(precision === 'float32' ? 48 : 24);
    }
    expect(await storage.list()).toEqual([]); // nothing is written a second time
    await using again = new LevelWeights({ storage, precision, memoryBytes: 1000, parts });
    if (!stored) throw new Error('nothing was stored');
    const attached = await again.attach(7, form, JSON.parse(JSON.stringify(stored)));
    expect(attached).toEqual(levels);
    reads.push(await Promise.all([0, 1, 2, 3].map((level) => again.read(7, level))));
    expect(again.bytes).toBe(precision === 'float32' ? 48 : 24);
    expect(again.stored(7)).toEqual(stored);
    expect(reads[1]).toEqual(reads[0]);
    expect(reads[2]).toEqual(reads[0]);
    if (precision === 'float32') expect(reads[0]).toEqual(weights());
    await expect(again.attach(7, form, stored)).rejects.toThrow('there already');
    await using other = new LevelWeights({ storage, precision: precision === 'float32' ? 'float16' : 'float32', memoryBytes: 0, parts });
    await expect(other.attach(7, form, stored)).rejects.toThrow('other sizes');
  });

  it('goes on without a part where there is no room for it, and puts it when there is', async () => {
    const parts = new PartsInMemory();
    const storage = new MemoryStorage();
    await using kept = new LevelWeights({ storage, precision: 'float32', memoryBytes: 0, parts });
    const full = new StorageFullError('memory', 'a part');
    parts.failure = full;
    await kept.put(0, 'module 0', weights(), levels);
    expect(kept.stored(0)).toBeNull();
    expect(await storage.list()).toHaveLength(1);
    expect(await Promise.all([0, 1, 2, 3].map((level) => kept.read(0, level)))).toEqual(weights());
    parts.failure = full;
    await expect(kept.store(0, levels)).rejects.toBe(full);
    const stored = await kept.store(0, levels);
    expect(await kept.store(0, levels)).toBe(stored);
    await using again = new LevelWeights({ storage, precision: 'float32', memoryBytes: 0, parts });
    expect(await again.attach(0, form, stored)).toEqual(levels);
    expect(await Promise.all([0, 1, 2, 3].map((level) => again.read(0, level)))).toEqual(weights());
  });
});

describe('what is saved of a module', () => {
  const header = (change: (header: { [key: string]: unknown; levels: { [key: string]: unknown }[] }) => unknown): unknown => change(JSON.parse(new TextDecoder().decode(headerOf(levels))));

  it.each<[string, string | ((header: { [key: string]: unknown; levels: { [key: string]: unknown }[] }) => unknown)]>([
    ['no JSON', '{"levels": ['],
    ['depth', '['.repeat(100_000)],
    ['a key that is not known', (all) => ({ ...all, more: 1 })],
    ['another number of structures', (all) => ({ ...all, structures: 7 })],
    ['fallbacks beyond its structures', (all) => ({ ...all, fallbacks: 7 })],
    ['a level less', (all) => ({ ...all, levels: all.levels.slice(0, -1) })],
    ['no levels', (all) => ({ ...all, levels: [] })],
    ['a level that removes something else', (all) => ({ ...all, levels: all.levels.map((level, index) => (index === 1 ? { ...level, removed: 1, kept: [0, 1, 2, 3, 5] } : level)) })],
    ['structures out of order', (all) => ({ ...all, levels: all.levels.map((level, index) => (index === 2 ? { ...level, kept: [5, 2] } : level)) })],
    ['a structure twice', (all) => ({ ...all, levels: all.levels.map((level, index) => (index === 2 ? { ...level, kept: [2, 2] } : level)) })],
    ['a structure that is not there', (all) => ({ ...all, levels: all.levels.map((level, index) => (index === 2 ? { ...level, kept: [2, 6] } : level)) })],
    ['a structure that was gone', (all) => ({ ...all, levels: all.levels.map((level, index) => (index === 2 ? { ...level, kept: [1, 2] } : level)) })],
    ['a loss that is no number', (all) => ({ ...all, levels: all.levels.map((level) => ({ ...level, loss: null })) })],
  ])('is refused with %s', (_, change) => {
    const text = typeof change === 'string' ? change : JSON.stringify(header(change));
    expect(() => readHeader(form, new TextEncoder().encode(text))).toThrow(StoredModuleError);
  });

  it('may be one level, dense', () => {
    const dense = { ...levels, levels: levels.levels.slice(0, 1) };
    expect(readHeader(form, headerOf(dense)).levels).toEqual([{ ...levels.levels[0], nominal: [0, 1, 2, 3] }]);
  });
});
