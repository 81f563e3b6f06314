import { useMemo } from 'react';
import type { ModuleSummary } from '../../run/run-events.ts';
import { useRun, useRunLater } from '../../store/use-run.ts';
import { modulePaint } from '../levels/module-paint.ts';
import { DatabaseView } from './database-view.tsx';
import './module-axis.css';
import { SearchView } from './search-view.tsx';

/** Everything that shares the module axis: the level database while it is built, then profile, population and history. */
export function ModuleAxis() {
  const config = useRun((run) => run.config);
  const search = useRunLater((run) => run.search);
  const startedAt = useRun((run) => run.startedAt);
  const database = useRunLater((run) => run.database);
  const paints = useMemo(() => {
    const cut = database.modules.filter((summary): summary is ModuleSummary => summary !== null);
    return config && cut.length > 0 && cut.length === database.modules.length ? cut.map((summary) => modulePaint(summary, config.levels)) : null;
  }, [database.modules, config]);
  if (config && search && paints) return <SearchView key={startedAt} {...{ search, config, paints }} />;
  if (config && database.modules.length > 0) return <DatabaseView {...{ database, config }} />;
  return (
    <div className="module-axis axis-empty">
      <h2>Population</h2>
      <p className="secondary">
        {config
          ? 'The model is being loaded. Its modules appear here, one column each, attention and MLP of every layer.'
          : 'Each column will be a module, each row a candidate model. Press Start to see them.'}
      </p>
    </div>
  );
}
