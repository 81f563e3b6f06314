import type { RotaryScaling, RotarySettings } from '../../model/spec.ts';

/** A scaling in the words of config.json. `dynamic` goes by `max_position_embeddings`. */
function scalingKeys(scaling: RotaryScaling): Record<string, unknown> {
  const { type, factor } = scaling;
  if (type !== 'llama3') return { rope_type: type, factor };
  const { lowFrequencyFactor, highFrequencyFactor, originalPositions } = scaling;
  return { rope_type: type, factor, low_freq_factor: lowFrequencyFactor, high_freq_factor: highFrequencyFactor, original_max_position_embeddings: originalPositions };
}

/** How positions turn, as transformers 4 (`rope_theta`, `rope_scaling`) and 5 (`rope_parameters`) read it. */
export function rotaryKeys({ theta, scaling }: RotarySettings): Record<string, unknown> {
  const keys = scaling && scalingKeys(scaling);
  return {
    rope_theta: theta,
    rope_scaling: keys,
    rope_parameters: { ...(keys ?? { rope_type: 'default' }), rope_theta: theta },
  };
}
