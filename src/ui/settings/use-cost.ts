import { useMemo } from 'react';
import { estimateCost, type RunCost } from '../../run/cost.ts';
import { knownModel, useModels } from '../../store/model-store.ts';
import { useEngine } from '../../store/run-store.ts';
import { useRun } from '../../store/use-run.ts';
import { useSearchSettings } from './use-search-settings.ts';
import { useShownConfig } from './use-shown-config.ts';

interface Cost {
  /** Null until the model is known. */
  readonly cost: RunCost | null;
  /** Measured FLOP/s; null until the device was timed. */
  readonly rate: number | null;
  readonly seconds: number | null;
}

/** What a run with the settings in view costs on this device. */
export function useCost(): Cost {
  const { mode } = useSearchSettings();
  const config = useShownConfig();
  const spec = useModels((models) => knownModel(models, config.model)?.spec ?? null);
  const measured = useRun((run) => run.estimate.flops);
  const probed = useEngine((engine) => engine.probe?.flopsPerSecond ?? null);
  const cost = useMemo(() => spec && estimateCost(config, spec), [config, spec]);
  const rate = mode === 'draft' ? probed : (measured ?? probed);
  return { cost, rate, seconds: rate === null || cost === null ? null : cost.totalFlop / rate };
}
