import fc from 'fast-check';
import { randomFor } from '../base/random.ts';
import { expectedTensors } from './expected-tensors.ts';
import type { LayerShape, ModelSpec, RotaryScaling } from './spec.ts';
import type { PlainModel } from './reference-forward.fixture.ts';

/** Query groups as ragged as they come; empty is no attention, 0 channels no MLP. */
const layerArbitrary: fc.Arbitrary<LayerShape> = fc.record({
  queryGroups: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }),
  channels: fc.integer({ min: 0, max: 9 }),
});

/** What tells the families apart. */
const familyArbitrary = fc.constantFrom(
  { family: 'llama', qkvBias: false, outputBias: false, mlpBias: false, qkNorm: false },
  { family: 'llama', qkvBias: true, outputBias: true, mlpBias: true, qkNorm: false },
  { family: 'qwen2', qkvBias: true, outputBias: false, mlpBias: false, qkNorm: false },
  { family: 'qwen3', qkvBias: false, outputBias: false, mlpBias: false, qkNorm: true },
);

/** Every kind of rotary scaling, with original positions that short texts exceed or come near to. */
const scalingArbitrary: fc.Arbitrary<RotaryScaling | null> = fc.constantFrom(
  null,
  { type: 'linear', factor: 2.5 },
  { type: 'llama3', factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalPositions: 16 },
  { type: 'dynamic', factor: 2, originalPositions: 64 },
);

/** None, or some layers that see one to five positions. */
const windowsArbitrary = fc.option(fc.array(fc.option(fc.integer({ min: 1, max: 5 })), { minLength: 4, maxLength: 4 }));

/** Irregular models of up to four layers with widths that nothing divides. */
export const specArbitrary: fc.Arbitrary<ModelSpec> = fc
  .record({
    flags: familyArbitrary,
    vocabulary: fc.integer({ min: 5, max: 23 }),
    hidden: fc.integer({ min: 3, max: 17 }),
    half: fc.integer({ min: 1, max: 5 }),
    theta: fc.constantFrom(10_000, 500_000),
    scaling: scalingArbitrary,
    windows: windowsArbitrary,
    tiedHead: fc.boolean(),
    layers: fc.array(layerArbitrary, { minLength: 1, maxLength: 4 }),
  })
  .map(({ flags, half, theta, scaling, windows, ...sizes }) => ({
    ...flags,
    ...sizes,
    headDim: 2 * half,
    rmsEpsilon: 1e-5,
    rotary: { theta, scaling: half === 1 && scaling?.type === 'dynamic' ? null : scaling }, // not defined for one pair
    windows: windows && windows.slice(0, sizes.layers.length),
    maxPositions: 64,
  }));

/** Weights in (-0.6, 0.6), norms around 1; layers whose module is gone have their norms nevertheless. */
export function randomModel(spec: ModelSpec, seed: number): PlainModel {
  const tensors = new Map<string, Float32Array>();
  for (const [name, shape] of expectedTensors(spec)) {
    const random = randomFor(seed, name);
    const centre = name.includes('norm') ? 1 : 0;
    const size = shape.reduce((product, side) => product * side, 1);
    tensors.set(name, Float32Array.from({ length: size }, () => centre + 1.2 * (random.unit() - 0.5)));
  }
  return { spec, tensors };
}

/** Reads a model's tensors as the export wants it. */
export const readerOf =
  ({ tensors }: PlainModel) =>
  async (name: string): Promise<Float32Array> => {
    const data = tensors.get(name);
    if (data === undefined) throw new RangeError(`no tensor ${name}`);
    return data;
  };

/** A model with every irregularity at once: layer 0 without attention, ragged groups, windows, layers without MLP and without both. */
export const irregularSpec: ModelSpec = {
  family: 'qwen3',
  vocabulary: 19,
  hidden: 11,
  headDim: 6,
  rmsEpsilon: 1e-6,
  rotary: { theta: 10_000, scaling: null },
  windows: [null, 3, null, null, 2],
  maxPositions: 64,
  tiedHead: false,
  qkvBias: true,
  outputBias: true,
  mlpBias: true,
  qkNorm: true,
  layers: [
    { queryGroups: [], channels: 7 },
    { queryGroups: [3, 1, 2], channels: 5 },
    { queryGroups: [], channels: 0 },
    { queryGroups: [2, 2], channels: 0 },
    { queryGroups: [1, 1], channels: 1 },
  ],
};
