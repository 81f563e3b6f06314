import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Tensor } from './runtime.ts';
import { TensorDisposedError, TensorEmptyError, TensorForeignError } from './runtime-errors.ts';
import { TensorRegistry } from './tensor-registry.ts';

test('frees a storage once, with its tensor, and refuses it afterwards', () => {
  const freed: string[] = [];
  const registry = new TensorRegistry<string>((storage) => freed.push(storage));
  const tensor = registry.adopt('float32', [2, 3], 'storage');
  expect(registry.storageOf(tensor)).toBe('storage');
  expect(tensor.bytes).toBe(24);
  tensor.dispose();
  tensor.dispose();
  expect(freed).toEqual(['storage']);
  expect(tensor.disposed).toBe(true);
  expect(() => registry.storageOf(tensor)).toThrow(TensorDisposedError);
});

test('`using` frees at the end of the scope', () => {
  const registry = new TensorRegistry<number>(() => undefined);
  {
    using tensor = registry.adopt('int64', [4], 1);
    expect(registry.live()).toEqual({ tensors: 1, bytes: tensor.bytes, peakBytes: 32 });
  }
  expect(registry.live()).toEqual({ tensors: 0, bytes: 0, peakBytes: 32 });
});

test('refuses tensors of another registry, and empty ones without keeping their storage', () => {
  const registry = new TensorRegistry<number>(() => undefined);
  const foreign = new TensorRegistry<number>(() => undefined).adopt('int32', [1], 1);
  expect(() => registry.storageOf(foreign)).toThrow(TensorForeignError);
  expect(() => registry.adopt('float32', [3, 0], 1)).toThrow(TensorEmptyError);
  expect(registry.live().tensors).toBe(0);
});

test('counts what lives, and the peak, over any sequence of births and deaths', () => {
  const size = fc.integer({ min: 1, max: 1000 });
  fc.assert(
    fc.property(fc.array(fc.oneof(size.map((born) => ({ born })), fc.nat().map((dies) => ({ dies })))), (events) => {
      const registry = new TensorRegistry<number>(() => undefined);
      const alive: Tensor[] = [];
      let peak = 0;
      for (const event of events) {
        if ('born' in event) alive.push(registry.adopt('float32', [event.born], 0));
        else alive.splice(event.dies % Math.max(1, alive.length), 1)[0]?.dispose();
        const bytes = alive.reduce((sum, tensor) => sum + tensor.bytes, 0);
        peak = Math.max(peak, bytes);
        expect(registry.live()).toEqual({ tensors: alive.length, bytes, peakBytes: peak });
      }
      registry.disposeAll();
      expect(registry.live()).toEqual({ tensors: 0, bytes: 0, peakBytes: peak });
    }),
  );
});
