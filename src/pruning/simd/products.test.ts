import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomFor } from '../../base/random.ts';
import { KernelMemoryError } from '../pruning-errors.ts';
import { KernelMemory } from './kernel-memory.ts';
import { combinePanels, inGroups, PANEL, panelIndex, panelsLength, takePanels } from './panels.ts';
import type { Panels } from './panels.ts';
import { subtractPanels, subtractRows, subtractUpper } from './products.ts';

const panelCounts = fc.integer({ min: 1, max: 9 });
const seeds = fc.nat();

/** A memory and what fills its blocks with random numbers. */
function workplace(seed: number, lengths: readonly number[]) {
  const memory = new KernelMemory(lengths);
  const random = randomFor(seed, 'kernels');
  const filled = <T extends { data: Float64Array }>(block: T): T => {
    for (let at = 0; at < block.data.length; at++) block.data[at] = random.unit() - 0.5;
    return block;
  };
  return { memory, filled };
}

const entry = (panels: Panels, row: number, k: number): number => panels.data[panelIndex(panels, row, k)]!;

/** `sum_{k < depth} A[i, k] B[j, k]`. */
function product(a: Panels, i: number, b: Panels, j: number, depth: number): number {
  let sum = 0;
  for (let k = 0; k < depth; k++) sum += entry(a, i, k) * entry(b, j, k);
  return sum;
}

/** Largest difference between what is there and what should be. */
class Worst {
  value = 0;
  add(actual: number, wanted: number): void {
    const apart = Math.abs(actual - wanted);
    if (!(apart <= this.value)) this.value = apart;
  }
}

describe('the kernels', () => {
  it('subtract a product from an upper triangle, wider than the cache block too', () => {
    fc.assert(
      fc.property(panelCounts, fc.integer({ min: 1, max: 33 }), fc.boolean(), seeds, (panels, used, deep, seed) => {
        const n = panels * PANEL;
        const capacity = deep ? 900 : 40; // of which a cache block holds 4 panels, and more than there are
        const depth = deep ? 900 : used;
        const length = panelsLength(n, capacity);
        const { memory, filled } = workplace(seed, [n * n, length, length]);
        const c = filled({ ...memory.take(n * n), stride: n });
        const [a, b] = [filled(takePanels(memory, n, capacity)), filled(takePanels(memory, n, capacity))];
        const before = c.data.slice();
        subtractUpper(memory, c, n, a, b, depth);
        const worst = new Worst();
        for (let i = 0; i < n; i++) for (let j = i; j < n; j++) worst.add(c.data[i * n + j]!, before[i * n + j]! - product(a, i, b, j, depth));
        expect(worst.value).toBeLessThan(1e-12);
      }),
      { numRuns: 15 },
    );
  });

  it('subtract a product in panels', () => {
    fc.assert(
      fc.property(panelCounts, panelCounts, fc.integer({ min: 1, max: 20 }), seeds, (rowPanels, panels, depth, seed) => {
        const [rows, n] = [rowPanels * PANEL, panels * PANEL];
        const { memory, filled } = workplace(seed, [panelsLength(n, rows), panelsLength(rows, depth), panelsLength(n, depth)]);
        const c = filled(takePanels(memory, n, rows));
        const [a, b] = [filled(takePanels(memory, rows, depth)), filled(takePanels(memory, n, depth))];
        const before = { ...c, data: c.data.slice() };
        subtractPanels(memory, c, a, rows, b, n, depth);
        const worst = new Worst();
        for (let i = 0; i < rows; i++) for (let j = 0; j < n; j++) worst.add(entry(c, j, i), entry(before, j, i) - product(a, i, b, j, depth));
        expect(worst.value).toBeLessThan(1e-13);
      }),
      { numRuns: 30 },
    );
  });

  it('subtract a long product in rows', () => {
    fc.assert(
      fc.property(panelCounts, fc.oneof(panelCounts, fc.constant(40)), fc.constantFrom(3, 256, 300), seeds, (rowPanels, panels, depth, seed) => {
        const [rows, n] = [rowPanels * PANEL, panels * PANEL];
        const { memory, filled } = workplace(seed, [rows * n, panelsLength(rows, depth), panelsLength(n, depth)]);
        const c = filled({ ...memory.take(rows * n), stride: n });
        const [a, b] = [filled(takePanels(memory, rows, depth)), filled(takePanels(memory, n, depth))];
        const before = c.data.slice();
        subtractRows(memory, c, a, rows, b, n);
        const worst = new Worst();
        for (let i = 0; i < rows; i++) for (let j = 0; j < n; j++) worst.add(c.data[i * n + j]!, before[i * n + j]! - product(a, i, b, j, depth));
        expect(worst.value).toBeLessThan(1e-12);
      }),
      { numRuns: 15 },
    );
  });

  it('combine columns, and sum squares', () => {
    fc.assert(
      fc.property(panelCounts, fc.integer({ min: 1, max: 20 }), seeds, (panels, depth, seed) => {
        const n = panels * PANEL;
        const { memory, filled } = workplace(seed, [panelsLength(n, depth), depth, inGroups(n), n]);
        const b = filled(takePanels(memory, n, depth));
        const [x, out, squares] = [filled(memory.take(depth)), filled(memory.take(inGroups(n))), memory.take(n)];
        const before = out.data.slice();
        combinePanels(memory, out, b, x, n, depth);
        memory.squares(squares.address, b.address, panels, depth);
        const worst = new Worst();
        for (let i = 0; i < n; i++) {
          let sum = 0;
          for (let k = 0; k < depth; k++) sum += entry(b, i, k) * x.data[k]!;
          worst.add(out.data[i]!, before[i]! - sum);
          worst.add(squares.data[i]!, product(b, i, b, i, depth));
        }
        expect(worst.value).toBeLessThan(1e-13);
        combinePanels(memory, out, b, x, n, 0); // nothing waits
        expect(out.data[0]).toBeCloseTo(before[0]! - Array.from(x.data, (value, k) => value * entry(b, 0, k)).reduce((sum, value) => sum + value, 0), 12);
      }),
      { numRuns: 30 },
    );
  });
});

describe('KernelMemory', () => {
  it('says what it needed where it cannot be had, and gives no more than was asked for', () => {
    expect(() => new KernelMemory([2 ** 29 + 8])).toThrow(KernelMemoryError);
    expect(() => new KernelMemory([2 ** 29 + 8])).toThrow(/4\.29 GB/);
    const memory = new KernelMemory([5, 8192]);
    expect(memory.take(5).address).toBe(0);
    expect(memory.take(8192).address).toBe(64);
    expect(() => memory.take(8192)).toThrow(RangeError);
  });
});
