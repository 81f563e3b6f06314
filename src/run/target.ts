import { prunableParameters, totalParameters, type ModelSpec } from '../model/spec.ts';
import type { Target } from './run-config.ts';

export type SpeedTarget = Extract<Target, { readonly speedup: number }>;
export type SizeTarget = Exclude<Target, SpeedTarget>;

export const isSpeed = (target: Target): target is SpeedTarget => 'speedup' in target;

/** Sparsities that can be planned for; a target outside is refused when the run is checked. */
const planned = (sparsity: number): number => Math.min(0.99, Math.max(0, sparsity));

/** Share of the prunable parameters that goes for so many parameters in all; outside of `[0, 1)` where no model has so many. */
export function sparsityFor(parameters: number, spec: ModelSpec): number {
  return (totalParameters(spec) - parameters) / prunableParameters(spec);
}

/**
 * Share of the prunable parameters that stays, as far as it can be told before the run. For a speed it is a guess: that time goes
 * with the parameters that multiply, the head included.
 */
export function expectedKept(target: Target, spec: ModelSpec): number {
  if ('sparsity' in target) return 1 - target.sparsity;
  if ('parameters' in target) return 1 - planned(sparsityFor(target.parameters, spec));
  const prunable = prunableParameters(spec);
  const head = spec.vocabulary * spec.hidden;
  return 1 - planned(1 - ((prunable + head) / target.speedup - head) / prunable);
}

/** The most of the prunable parameters that may stay: what memory is planned for. A speed says nothing of parameters before it is measured. */
export const mostKept = (target: Target, spec: ModelSpec): number => (isSpeed(target) ? 1 : expectedKept(target, spec));

/** The target as files say it of themselves. */
export function targetMetadata(target: Target): Readonly<Record<string, string>> {
  if ('sparsity' in target) return { target_sparsity: String(target.sparsity) };
  if ('parameters' in target) return { target_parameters: String(target.parameters) };
  return { target_speedup: String(target.speedup), target_measure: target.measure };
}
