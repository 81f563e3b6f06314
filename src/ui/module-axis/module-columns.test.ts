import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layerTicks, moduleColumns, type AxisLayout } from './module-columns.ts';

const layouts: readonly AxisLayout[] = ['bands', 'interleaved', 'strands'];

describe('moduleColumns', () => {
  it('matches the measures of the design', () => {
    expect(moduleColumns(30, 728, 'bands').columnWidth).toBe(9); // 1440
    expect(moduleColumns(30, 1056, 'bands').columnWidth).toBe(14); // 1920
    expect(moduleColumns(32, 728, 'bands').columnWidth).toBe(8);
    expect(moduleColumns(8, 728, 'bands').columnWidth).toBe(34);
    expect(moduleColumns(8, 1056, 'bands').columnWidth).toBe(40); // capped
    expect(moduleColumns(30, 358, 'strands').columnWidth).toBe(8);
  });

  it('puts every module in its own whole-pixel column, inside the stack', () => {
    fc.assert(
      fc.property(fc.constantFrom(...layouts), fc.integer({ min: 1, max: 80 }), fc.integer({ min: 320, max: 2400 }), (layout, layers, available) => {
        const columns = moduleColumns(layers, available, layout);
        expect(Number.isInteger(columns.columnWidth)).toBe(true);
        expect(columns.columnWidth).toBeGreaterThanOrEqual(5);
        expect(columns.width).toBeGreaterThanOrEqual(available);
        for (let module = 0; module < 2 * layers; module++) {
          const left = columns.left(module);
          expect(Number.isInteger(left)).toBe(true);
          expect(left).toBeGreaterThanOrEqual(columns.plotLeft);
          expect(left + columns.columnWidth).toBeLessThanOrEqual(columns.plotRight);
          const lane = module % 2 === 0 ? 0 : 1;
          expect(columns.moduleAt(left, lane)).toBe(module);
          expect(columns.moduleAt(left + columns.columnWidth - 0.01, lane)).toBe(module);
        }
      }),
    );
  });

  it('finds no module beside and between the bands', () => {
    const columns = moduleColumns(30, 728, 'bands');
    expect(columns.moduleAt(20)).toBeNull();
    expect(columns.moduleAt(56 + 270 + 6)).toBeNull();
    expect(columns.moduleAt(columns.plotRight + 1)).toBeNull();
  });
});

describe('layerTicks', () => {
  it('numbers the first and each fifth layer, in both bands', () => {
    const ticks = layerTicks(moduleColumns(30, 728, 'bands'));
    expect(ticks.map(({ layer }) => layer + 1)).toEqual([1, 1, 5, 5, 10, 10, 15, 15, 20, 20, 25, 25, 30, 30]);
    expect(layerTicks(moduleColumns(8, 728, 'interleaved')).map(({ layer }) => layer)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});
