import type { ModuleSummary, RunEvent } from '../run/run-events.ts';
import type { DatabaseState, RunState } from './run-state.ts';

/** The database while it is being built: one entry a module, null until it was cut. */
function place(modules: DatabaseState['modules'], index: number, summary: ModuleSummary): DatabaseState['modules'] {
  const placed = modules.slice();
  while (placed.length <= index) placed.push(null);
  placed[index] = summary;
  return placed;
}

function without(progress: DatabaseState['progress'], index: number): DatabaseState['progress'] {
  const { [index]: _done, ...rest } = progress;
  return rest;
}

export function reduceDatabase(state: RunState, event: RunEvent): RunState {
  const { database } = state;
  switch (event.type) {
    case 'run-started':
      return { ...state, database: { ...database, granularity: event.config.granularity } };
    case 'model-loaded':
      return { ...state, database: { ...database, modules: Array.from({ length: 2 * event.model.layers }, () => null) } };
    case 'module-progress': {
      const progress = { ...database.progress, [event.module]: { done: event.done, total: event.total } };
      return { ...state, database: { ...database, progress } };
    }
    case 'module-pruned': {
      const modules = place(database.modules, event.module, event.summary);
      return { ...state, database: { ...database, modules, progress: without(database.progress, event.module) } };
    }
    case 'database-ready': {
      const { granularity, modules, bytes } = event;
      return { ...state, database: { granularity, modules, bytes, progress: {}, ready: true } };
    }
    case 'latency-measured': {
      const { table, dense, most } = event;
      return { ...state, latency: { table, dense, most } };
    }
    default:
      return state;
  }
}
