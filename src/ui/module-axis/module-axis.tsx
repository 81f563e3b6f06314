import { useRun, useRunLater } from '../../store/use-run.ts';
import { usePaints } from '../levels/use-paints.ts';
import { DatabaseView } from './database-view.tsx';
import './module-axis.css';
import { SearchView } from './search-view.tsx';

/** Everything that shares the module axis: the level database while it is built, then profile, population and history. `compact`: the drawings alone. */
export function ModuleAxis({ compact = false }: { readonly compact?: boolean }) {
  const config = useRun((run) => run.config);
  const search = useRunLater((run) => run.search);
  const startedAt = useRun((run) => run.startedAt);
  const database = useRunLater((run) => run.database);
  const paints = usePaints();
  if (config && search && paints) return <SearchView key={startedAt} {...{ search, config, paints, compact }} />;
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
