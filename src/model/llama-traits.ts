/** What an ordinary Llama is, but for its sizes. */
export const llamaTraits = {
  family: 'llama',
  rmsEpsilon: 1e-5,
  rotary: { theta: 10_000, scaling: null },
  tiedHead: true,
  qkvBias: false,
  outputBias: false,
  mlpBias: false,
  qkNorm: false,
  windows: null,
} as const;
