import { useMemo } from 'react';
import { estimateCost, type RunCost } from '../../run/cost.ts';
import { bundledModel } from '../../store/bundled-model.ts';
import { useEngine, useRun } from '../../store/run-store.ts';
import { useSettings } from '../../store/settings-store.ts';
import { useSearchSettings } from './use-search-settings.ts';

interface Cost {
  readonly cost: RunCost;
  /** Measured FLOP/s; null until the device was timed. */
  readonly rate: number | null;
  readonly seconds: number | null;
}

/** What a run with the settings in view costs on this device. */
export function useCost(): Cost {
  const { shown, mode } = useSearchSettings();
  const draft = useSettings((settings) => settings.draft);
  const asked = useRun((run) => run.config);
  const measured = useRun((run) => run.estimate.flops);
  const probed = useEngine((engine) => engine.probe?.flopsPerSecond ?? null);
  const config = mode !== 'draft' && asked ? asked : draft;
  const cost = useMemo(() => estimateCost({ ...config, search: shown }, bundledModel.spec), [config, shown]);
  const rate = mode === 'draft' ? probed : (measured ?? probed);
  return { cost, rate, seconds: rate === null ? null : cost.totalFlop / rate };
}
