import type { RotaryScaling, RotarySettings } from './spec.ts';

/** Cosines and sines of the positions' angles, `[positions, head_dim / 2]` each. */
export interface RotaryTables {
  readonly cosines: Float32Array<ArrayBuffer>;
  readonly sines: Float32Array<ArrayBuffer>;
}

const round = Math.fround;

/**
 * Radians a position of every pair: `theta^(-2i / head_dim)` (Su et al., arXiv 2104.09864), then scaled as the model was
 * trained. `length` is that of the sequence, which only `dynamic` asks for; left out, it stands for a short one. Rounded to
 * float32 at the steps where Hugging Face's transformers rounds, whose formulas these are (`modeling_rope_utils.py`).
 */
export function inverseFrequencies(headDim: number, { theta, scaling }: RotarySettings, length = 0): Float32Array<ArrayBuffer> {
  const base = scaling?.type === 'dynamic' ? stretchedBase(headDim, theta, scaling, length) : theta;
  const plain = Float32Array.from({ length: headDim / 2 }, (_, i) => 1 / round(base ** round((2 * i) / headDim)));
  if (scaling?.type === 'linear') return plain.map((frequency) => frequency / round(scaling.factor));
  if (scaling?.type === 'llama3') return plain.map((frequency) => llama3Frequency(frequency, scaling));
  return plain;
}

/** The base grows so that the slowest pair turns as far over `length` as it did over the positions of the training. */
function stretchedBase(headDim: number, theta: number, scaling: Extract<RotaryScaling, { type: 'dynamic' }>, length: number): number {
  const { factor, originalPositions } = scaling;
  if (length <= originalPositions) return theta;
  const stretch = round(round(round(round(factor) * length) / originalPositions) - round(factor - 1));
  return round(theta * round(stretch ** (headDim / (headDim - 2))));
}

/** Pairs with a long wave are slowed by `factor`, those with a short one are kept, and between them lies a ramp. */
function llama3Frequency(frequency: number, scaling: Extract<RotaryScaling, { type: 'llama3' }>): number {
  const { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalPositions } = scaling;
  const wavelength = round(round(1 / frequency) * round(2 * Math.PI));
  if (wavelength > round(originalPositions / low)) return round(frequency / round(factor));
  if (wavelength < round(originalPositions / high)) return frequency;
  const turns = round(round(1 / wavelength) * round(originalPositions)); // in the positions of the training
  const smooth = round(round(turns - round(low)) / round(high - low));
  return round(round(round(round(1 - smooth) * frequency) / round(factor)) + round(smooth * frequency));
}

/**
 * Angles `position * frequency` of the positions from `first` on in a sequence of `length`. Frequencies and angles are rounded to
 * float32, as the models were trained; cosine and sine are taken in double precision.
 */
export function rotaryTables(length: number, headDim: number, rotary: RotarySettings, first = 0): RotaryTables {
  const half = headDim / 2;
  const cosines = new Float32Array((length - first) * half);
  const sines = new Float32Array((length - first) * half);
  for (const [index, frequency] of inverseFrequencies(headDim, rotary, length).entries()) {
    for (let position = first; position < length; position++) {
      const angle = round(position * frequency);
      const place = (position - first) * half + index;
      cosines[place] = Math.cos(angle);
      sines[place] = Math.sin(angle);
    }
  }
  return { cosines, sines };
}
