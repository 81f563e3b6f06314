/** Cosines and sines of every position's angles, `[length, head_dim / 2]` each. */
export interface RotaryTables {
  readonly cosines: Float32Array;
  readonly sines: Float32Array;
}

/** `theta^(-2i / head_dim)`, rounded to float32 at the steps where the usual implementation rounds (Su et al., arXiv 2104.09864). */
export function inverseFrequencies(headDim: number, theta: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: headDim / 2 }, (_, i) => 1 / Math.fround(theta ** Math.fround((2 * i) / headDim)));
}

/**
 * Angles `position * theta^(-2i / head_dim)` (Su et al., arXiv 2104.09864). Frequencies and angles are rounded to float32,
 * as the models were trained; cosine and sine are taken in double precision.
 */
export function rotaryTables(length: number, headDim: number, theta: number): RotaryTables {
  const half = headDim / 2;
  const cosines = new Float32Array(length * half);
  const sines = new Float32Array(length * half);
  for (const [index, frequency] of inverseFrequencies(headDim, theta).entries()) {
    for (let position = 0; position < length; position++) {
      const angle = Math.fround(position * frequency);
      cosines[position * half + index] = Math.cos(angle);
      sines[position * half + index] = Math.sin(angle);
    }
  }
  return { cosines, sines };
}
