import type { ModelSpec } from '../../model/spec.ts';
import { estimateCost, phaseCosts } from '../../run/cost.ts';
import { phases, type Phase } from '../../run/phases.ts';
import type { RunConfig } from '../../run/run-config.ts';

/** A run that took its time already. */
export interface Timed {
  readonly config: RunConfig;
  readonly phaseSeconds: Partial<Readonly<Record<Phase, number>>>;
}

/**
 * Seconds that a run with `config` takes on the device where another took `timed`: its phases, each in proportion to what is
 * computed in it. Null where the other has not come through all that it would have to.
 */
export function secondsLike({ config: before, phaseSeconds }: Timed, config: RunConfig, spec: ModelSpec): number | null {
  const [known, wanted] = [phaseCosts(before, spec), phaseCosts(config, spec)];
  let seconds = 0;
  for (const phase of phases) {
    const took = phaseSeconds[phase];
    if (took === undefined) {
      if (wanted[phase] > 0) return null;
    } else seconds += known[phase] === 0 ? took : took * (wanted[phase] / known[phase]);
  }
  return seconds;
}

/** Seconds by what has to be computed, at so many FLOP a second; null where the device was not timed. */
export const secondsAt = (rate: number | null, config: RunConfig, spec: ModelSpec): number | null => (rate === null ? null : estimateCost(config, spec).totalFlop / rate);
