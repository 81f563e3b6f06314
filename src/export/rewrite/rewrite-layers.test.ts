import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { neededTensors } from '../../model/expected-tensors.ts';
import { irregularSpec, randomModel, readerOf, specArbitrary } from '../../model/plain-model.fixture.ts';
import { referenceLogits } from '../../model/reference-forward.fixture.ts';
import type { PlainModel } from '../../model/reference-forward.fixture.ts';
import type { ModelSpec } from '../../model/spec.ts';
import type { WeightSource } from '../../model/weights.ts';
import { wholeSource } from '../../model/whole-source.fixture.ts';
import { enclosingShape, padded } from './padded.ts';
import { regrouped } from './regrouped.ts';
import { rewriteLayers } from './rewrite-layers.ts';

const ids = [1, 4, 0, 3, 2, 4, 1];

const sourceOf = (model: PlainModel): WeightSource => wholeSource(model.spec, readerOf(model));

/** All of a source in memory, checked to have the shapes that its spec asks for. */
async function readModel(source: WeightSource): Promise<PlainModel> {
  const tensors = new Map<string, Float32Array>();
  for (const [name, shape] of neededTensors(source.spec)) {
    const values = await source.read(name);
    expect([name, values.length]).toEqual([name, shape.reduce((product, size) => product * size, 1)]);
    tensors.set(name, values);
  }
  return { spec: source.spec, tensors };
}

/** Largest difference of a logit, by a float64 forward that shares no code with the rewrites. */
async function difference(model: PlainModel, rewritten: WeightSource): Promise<number> {
  const [before, after] = [referenceLogits(model, ids), referenceLogits(await readModel(rewritten), ids)];
  return Math.max(...before.map((value, index) => Math.abs(value - (after[index] ?? Number.NaN))));
}

const isEqual = (values: readonly number[]): boolean => new Set(values).size <= 1;

describe('regrouped', () => {
  it('makes groups equal within each layer and changes no logit', async () => {
    await fc.assert(
      fc.asyncProperty(specArbitrary, fc.nat(999), async (spec, seed) => {
        const model = randomModel(spec, seed);
        const source = regrouped(sourceOf(model));
        expect(source.spec.layers.every(({ queryGroups }) => isEqual(queryGroups))).toBe(true);
        expect(await difference(model, source)).toBeLessThan(1e-9);
      }),
      { numRuns: 60 },
    );
  });

  it('leaves equal groups as they are, tensor by tensor', async () => {
    const spec: ModelSpec = { ...irregularSpec, windows: [3, null], layers: [{ queryGroups: [2, 2], channels: 3 }, { queryGroups: [1], channels: 0 }] };
    const model = randomModel(spec, 3);
    const source = regrouped(sourceOf(model));
    expect(source.spec).toEqual(spec);
    for (const name of neededTensors(spec).keys()) expect(await source.read(name)).toEqual(model.tensors.get(name));
  });
});

describe('padded', () => {
  it('makes all layers of one shape and changes no logit', async () => {
    await fc.assert(
      fc.asyncProperty(specArbitrary, fc.nat(999), fc.nat(2), async (spec, seed, more) => {
        const model = randomModel(spec, seed);
        const { kvHeads, groupSize, channels } = enclosingShape(spec);
        const shape = { kvHeads: kvHeads + more, groupSize: groupSize + (more % 2), channels: channels + more };
        const source = padded(sourceOf(model), shape);
        for (const layer of source.spec.layers) {
          expect(layer).toEqual({ queryGroups: Array.from({ length: shape.kvHeads }, () => shape.groupSize), channels: shape.channels });
        }
        expect(await difference(model, source)).toBeLessThan(1e-9);
      }),
      { numRuns: 60 },
    );
  });

  it('refuses a shape that is too small', () => {
    const source = sourceOf(randomModel(irregularSpec, 1));
    expect(() => padded(source, { kvHeads: 2, groupSize: 3, channels: 7 })).toThrow(RangeError);
  });
});

describe('rewriteLayers', () => {
  it('fuses, drops and fills layers without changing a logit', async () => {
    const model = randomModel({ ...irregularSpec, windows: null }, 5);
    // Layer 0 has no attention, 2 has nothing, 3 no MLP.
    const source = rewriteLayers(sourceOf(model), [
      { attention: { layer: null, groups: [{ kvHead: null, queryHeads: [null] }] }, mlp: { layer: 0, channels: 8 } },
      { attention: { layer: 1, groups: [{ kvHead: 0, queryHeads: [0, 1, 2] }, { kvHead: 1, queryHeads: [3] }, { kvHead: 2, queryHeads: [4, 5] }] }, mlp: { layer: 1, channels: 5 } },
      { attention: { layer: 3, groups: [{ kvHead: 0, queryHeads: [0, 1] }, { kvHead: 1, queryHeads: [2, 3] }] }, mlp: { layer: null, channels: 1 } },
      { attention: { layer: 4, groups: [{ kvHead: 0, queryHeads: [0] }, { kvHead: 1, queryHeads: [1] }] }, mlp: { layer: 4, channels: 1 } },
    ]);
    expect(await difference(model, source)).toBeLessThan(1e-9);
  });

  it('reads rows as it reads the whole, also out of order', async () => {
    const source = padded(sourceOf(randomModel(irregularSpec, 7)), { kvHeads: 3, groupSize: 3, channels: 9 });
    for (const [name, [rows = 1]] of neededTensors(source.spec)) {
      const whole = await source.read(name);
      const width = whole.length / rows;
      const middle = Math.floor(rows / 2);
      for (const [from, to] of [[middle, rows], [0, middle], [0, rows]] as const) {
        expect([name, await source.readRows(name, from, to)]).toEqual([name, whole.subarray(from * width, to * width)]);
      }
    }
  });

  it('takes the window of a layer along with its attention', () => {
    const source = sourceOf(randomModel(irregularSpec, 9));
    const keep = (layer: number, kvHeads: number) => ({ attention: { layer, groups: Array.from({ length: kvHeads }, (_, head) => ({ kvHead: head, queryHeads: [head] })) }, mlp: null });
    expect(rewriteLayers(source, [keep(4, 2), keep(1, 3)]).spec.windows).toEqual([2, 3]);
  });
});
