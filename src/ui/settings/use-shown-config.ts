import { useMemo } from 'react';
import type { RunConfig } from '../../run/run-config.ts';
import { useRun } from '../../store/use-run.ts';
import { useSettings } from '../../store/settings-store.ts';
import { useSearchSettings } from './use-search-settings.ts';

/** The settings that the rail shows: the draft's, or the run's with the pending changes over them. */
export function useShownConfig(): RunConfig {
  const { shown, mode } = useSearchSettings();
  const draft = useSettings((settings) => settings.draft);
  const asked = useRun((run) => run.config);
  const config = mode !== 'draft' && asked ? asked : draft;
  return useMemo(() => ({ ...config, search: shown }), [config, shown]);
}
