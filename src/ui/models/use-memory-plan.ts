import { useMemo } from 'react';
import type { ModelSpec } from '../../model/spec.ts';
import type { DeviceLimits, Place } from '../../run/device-limits.ts';
import { planMemory, type MemoryPlan } from '../../run/memory-plan.ts';
import type { RunConfig } from '../../run/run-config.ts';
import { knownModel, useModels } from '../../store/model-store.ts';
import { useEngine } from '../../store/run-store.ts';
import { useShownConfig } from '../settings/use-shown-config.ts';

export interface PlanInView {
  readonly plan: MemoryPlan;
  readonly limits: DeviceLimits;
  readonly config: RunConfig;
}

/** What a run of the settings in view needs with a model; null until both model and device are known. */
export function useMemoryPlan(spec: ModelSpec | null): PlanInView | null {
  const config = useShownConfig();
  const limits = useEngine((engine) => engine.probe?.limits ?? null);
  return useMemo(() => (spec && limits ? { plan: planMemory(config, spec, limits), limits, config } : null), [config, spec, limits]);
}

/** The plan of the model in view. */
export function useShownPlan(): PlanInView | null {
  const { model } = useShownConfig();
  return useMemoryPlan(useModels((models) => knownModel(models, model)?.spec ?? null));
}

const places: readonly Place[] = ['gpu', 'memory', 'storage'];

/** Places that the plan uses, in the order of the table. */
export const usedPlaces = ({ needed }: Pick<MemoryPlan, 'needed'>): readonly Place[] => places.filter((place) => needed[place] > 0);

/** The place of which the plan takes the largest share; where the browser tells of none, the one of which it takes most. */
export function tightestPlace({ needed }: Pick<MemoryPlan, 'needed'>, { available }: Pick<DeviceLimits, 'available'>): Place {
  const share = (place: Place): number => {
    const there = available[place];
    return there === null || there === 0 ? 0 : needed[place] / there;
  };
  const order = usedPlaces({ needed }).toSorted((a, b) => share(b) - share(a) || needed[b] - needed[a]);
  return order[0] ?? 'memory';
}
