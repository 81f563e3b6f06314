import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryStorage } from '../storage/memory-storage.ts';
import { CalibrationHessians, packTriangle, unpackTriangle } from './calibration-hessians.ts';
import { HessianAccumulator } from './hessian.ts';
import { HessianNotFiniteError } from './pruning-errors.ts';
import { oneLayer, randomHessian } from './random-job.fixture.ts';
import { SpillStore } from './spill-store.ts';

const attention = { layer: 0, kind: 'attention' } as const;
const mlp = { layer: 1, kind: 'mlp' } as const;
const spec = { ...oneLayer([1], 2, 3, 4), layers: [{ queryGroups: [1], channels: 3 }, { queryGroups: [], channels: 1 }] };

function sumOf(module: string, gram: readonly number[], tokens: number): HessianAccumulator {
  const sum = new HessianAccumulator(module, Math.sqrt(gram.length));
  sum.add(Float32Array.from(gram), tokens);
  return sum;
}

describe('CalibrationHessians', () => {
  it.each([0, 1e9])('gives each Hessian away once, with %d bytes of memory', async (memoryBytes) => {
    const storage = new MemoryStorage();
    {
      await using hessians = new CalibrationHessians(spec, new SpillStore({ name: 'hessians', storage, memoryBytes }));
      await hessians.put(attention, sumOf('the attention of layer 0', [4, 2, 2, 6], 2));
      await hessians.put(mlp, sumOf('the MLP of layer 1', [3], 1));
      expect(hessians.notes()).toEqual([]);
      await hessians.put({ layer: 0, kind: 'mlp' }, sumOf('the MLP of layer 0', [1, 0, 0, 0, 1, 0, 0, 0, 1], 2));
      expect(hessians.notes()).toEqual([expect.stringContaining('the MLP of layer 0')]);
      expect([...(await hessians.take(attention))]).toEqual([4, 2, 2, 6]);
      expect([...(await hessians.take(mlp))]).toEqual([6]);
      await expect(hessians.take(attention)).rejects.toThrow(/taken already/);
      await expect(hessians.put({ layer: 1, kind: 'attention' }, sumOf('no module', [1], 1))).rejects.toThrow(RangeError);
    }
    expect(await storage.list()).toEqual([]);
  });

  it('tells the fault of a module when its turn comes, and gives away the others', async () => {
    await using hessians = new CalibrationHessians(spec, SpillStore.inMemory('hessians'));
    const spoilt = new HessianAccumulator('the attention of layer 0', 2);
    spoilt.fault = new HessianNotFiniteError('the attention of layer 0', 1, 1);
    await hessians.put(attention, spoilt);
    await hessians.put(mlp, sumOf('the MLP of layer 1', [3], 1));
    expect(hessians.notes()).toEqual([]);
    await expect(hessians.take(attention)).rejects.toBe(spoilt.fault);
    expect([...(await hessians.take(mlp))]).toEqual([6]);
  });
});

describe('packTriangle', () => {
  it('takes half the bytes and loses nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(), (columns, seed) => {
        const matrix = randomHessian(columns, seed);
        const packed = packTriangle(matrix, columns);
        expect(packed.length).toBe(4 * columns * (columns + 1));
        expect(unpackTriangle(packed, columns)).toEqual(matrix);
        const shifted = new Uint8Array(packed.length + 3);
        shifted.set(packed, 3);
        expect(unpackTriangle(shifted.subarray(3), columns)).toEqual(matrix);
      }),
    );
  });
});
