import { kvHeads, prunableParameters, queryHeads, totalParameters } from '../model/spec.ts';
import { Check } from './check.ts';
import type { Row } from './check.ts';
import type { GoldenFolder } from './golden-folder.ts';

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
  for (const [name, value] of dimensionsOf(folder)) compare(name, value, wanted[name]);
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
