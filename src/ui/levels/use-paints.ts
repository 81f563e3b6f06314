import { useMemo } from 'react';
import type { ModuleSummary } from '../../run/run-events.ts';
import { useRunLater } from '../../store/use-run.ts';
import { modulePaint, type ModulePaint } from './module-paint.ts';

/** How the modules of the run look at each of their levels; null until all are cut. */
export function usePaints(): readonly ModulePaint[] | null {
  const modules = useRunLater((run) => run.database.modules);
  const levels = useRunLater((run) => run.config?.levels ?? null);
  return useMemo(() => {
    const cut = modules.filter((summary): summary is ModuleSummary => summary !== null);
    return levels !== null && cut.length > 0 && cut.length === modules.length ? cut.map((summary) => modulePaint(summary, levels)) : null;
  }, [modules, levels]);
}
