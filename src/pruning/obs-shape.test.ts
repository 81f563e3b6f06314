import { describe, expect, it } from 'vitest';
import { BlockObs } from './block-obs.ts';
import { ColumnObs } from './column-obs.ts';
import { ObsMatrices } from './obs-matrices.ts';
import { passBytes, passFlop, passLengths, shapeOf } from './obs-shape.ts';
import type { StructureSize } from './obs-shape.ts';
import { KernelMemory } from './simd/kernel-memory.ts';

/** A memory that notes what is taken of it. */
class NotedMemory extends KernelMemory {
  readonly taken: number[] = [];
  override take(length: number): ReturnType<KernelMemory['take']> {
    this.taken.push(length);
    return super.take(length);
  }
}

describe('passLengths', () => {
  it.each<[StructureSize, number]>([
    [1, 30],
    [5, 30],
    [[3, 9, 18], 30],
    [64, 128],
  ])('are what the pass over structures of %s takes', (size, columns) => {
    const memory = new NotedMemory(passLengths(columns, 7, size));
    const matrices = new ObsMatrices(memory, shapeOf(columns, 7, size));
    if (size === 1) new ColumnObs(matrices, columns).weight();
    else new BlockObs(matrices, typeof size === 'number' ? Array<number>(columns / size).fill(size) : size).weight();
    expect(memory.taken).toEqual(passLengths(columns, 7, size));
  });

  it('are far below what WebAssembly addresses for the widest module of Llama 7B', () => {
    expect(passBytes(11_008, 4096, 1)).toBeLessThan(1.4e9);
    expect(passBytes(4096, 4096, 128)).toBeLessThan(0.4e9);
  });
});

describe('passFlop', () => {
  it('adds up the products of the pass, removal by removal', () => {
    const [n, d] = [600, 200];
    let multiplyAdds = n ** 3 / 2;
    for (let left = n; left > 0; left--) multiplyAdds += left ** 2 / 2 + 2 * d * left;
    expect(passFlop(n, d) / (2 * multiplyAdds)).toBeCloseTo(1, 2);
  });
});
