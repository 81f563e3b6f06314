import { kvHeads, prunableParameters, queryHeads, totalParameters } from '../model/spec.ts';
import type { RotaryScaling } from '../model/spec.ts';
import { Check } from './check.ts';
import type { Row } from './check.ts';
import type { GoldenFolder } from './golden-folder.ts';

/** The engine's reading of the rotary scaling in the words of config.json. */
function scalingWords(scaling: RotaryScaling | null): Readonly<Record<string, unknown>> {
  if (scaling === null) return { rope_type: 'default' };
  const words = { rope_type: scaling.type, factor: scaling.factor };
  if (scaling.type === 'linear') return words;
  if (scaling.type === 'dynamic') return { ...words, original_max_position_embeddings: scaling.originalPositions };
  const { lowFrequencyFactor: low_freq_factor, highFrequencyFactor: high_freq_factor, originalPositions } = scaling;
  return { ...words, low_freq_factor, high_freq_factor, original_max_position_embeddings: originalPositions };
}

/** Rotary scaling and windows, layer by layer, as far as the folder states them: name, the engine's value, the folder's. */
function* statedPositions({ spec, golden: { dims } }: GoldenFolder): Iterable<readonly [string, unknown, unknown]> {
  if (dims.rope_scaling !== undefined) {
    const read = scalingWords(spec.rotary.scaling);
    const stated = dims.rope_scaling ?? { rope_type: 'default' };
    for (const [key, value] of Object.entries(stated)) yield [`rope_scaling.${key}`, read[key], value];
  }
  if (dims.windows === undefined) return;
  yield ['windows', spec.layers.length, dims.windows.length];
  for (const [layer, window] of dims.windows.entries()) yield [`windows, layer ${layer}`, spec.windows?.[layer] ?? null, window];
}

/** What the engine reads from config.json in the words of golden.json, layer by layer. */
function dimensionsOf({ spec }: GoldenFolder): readonly (readonly [string, unknown])[] {
  const shapes = spec.layers.flatMap((shape) => [
    ['heads', queryHeads(shape)] as const,
    ['kv_heads', kvHeads(shape)] as const,
    ['intermediate', shape.channels] as const,
  ]);
  return [
    ['hidden', spec.hidden],
    ['layers', spec.layers.length],
    ...shapes,
    ['head_dim', spec.headDim],
    ['vocab', spec.vocabulary],
    ['tied', spec.tiedHead],
    ['qkv_bias', spec.qkvBias],
    ['o_bias', spec.outputBias],
    ['mlp_bias', spec.mlpBias],
    ['qk_norm', spec.qkNorm],
    ['rms_eps', spec.rmsEpsilon],
    ['rope_theta', spec.rotary.theta],
  ];
}

/** The model as the engine understands it, the sizes of the batches, and the dense parameter counts. */
export function* checkDimensions(folder: GoldenFolder): Iterable<Row> {
  const { spec, golden, calibration, batch, steps } = folder;
  const dimensions = Check.exact('dimensions');
  const wanted: Readonly<Record<string, unknown>> = golden.dims;
  const compare = (name: string, actual: unknown, expected: unknown) => dimensions.add(name, actual === expected ? 0 : 1);
  compare('family', spec.family, golden.family);
  for (const [name, value] of dimensionsOf(folder)) if (wanted[name] !== undefined) compare(name, value, wanted[name]);
  for (const [name, value, stated] of statedPositions(folder)) compare(name, value, stated);
  for (const { length } of [calibration, batch, ...steps]) compare('sequence', length, golden.sequence);
  if (golden.adamw !== undefined) {
    compare('adamw.steps', steps.length, golden.adamw.steps);
    for (const { sequences } of steps) compare('adamw.sequences_per_step', sequences, golden.adamw.sequences_per_step);
  }
  yield dimensions.row;

  const parameters = Check.exact('parameters, dense');
  parameters.add('total_params', Math.abs(totalParameters(spec) - golden.total_params));
  parameters.add('prunable_params', Math.abs(prunableParameters(spec) - golden.prunable_params));
  yield parameters.row;
}
