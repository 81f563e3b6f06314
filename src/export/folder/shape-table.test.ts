import fc from 'fast-check';
import { expect, it } from 'vitest';
import { neededTensors } from '../../model/expected-tensors.ts';
import { irregularSpec, specArbitrary } from '../../model/plain-model.fixture.ts';
import { shapeTable } from './shape-table.ts';

it('has every tensor of a model once, two modules a layer', () => {
  fc.assert(
    fc.property(specArbitrary, (spec) => {
      const table = shapeTable(spec);
      const rows = table.flatMap(({ tensors }) => tensors.map(({ name, shape }) => [name, shape] as const));
      expect(rows).toHaveLength(neededTensors(spec).size);
      expect(new Map(rows)).toEqual(neededTensors(spec));
      expect(table).toHaveLength(2 * spec.layers.length + 3);
    }),
  );
});

it('shows what is gone as nothing', () => {
  const table = shapeTable({ ...irregularSpec, tiedHead: true });
  const empty = table.filter(({ tensors }) => tensors.length === 0).map(({ layer, module }) => [layer, module]);
  expect(empty).toEqual([[0, 'attention'], [2, 'attention'], [2, 'mlp'], [3, 'mlp'], [null, 'head']]);
  expect(table[2]?.tensors[1]).toEqual({ name: 'model.layers.0.mlp.gate_proj.weight', shape: [7, 11] });
});

it('tells layers apart whose numbers begin alike', () => {
  const layers = Array.from({ length: 12 }, () => ({ queryGroups: [1], channels: 1 }));
  const table = shapeTable({ ...irregularSpec, layers });
  expect(table.filter(({ layer }) => layer === 1).flatMap(({ tensors }) => tensors.map(({ name }) => name)).every((name) => name.startsWith('model.layers.1.'))).toBe(true);
});
