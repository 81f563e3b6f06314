import type { LatencyTable } from '../evaluation/latency-table.ts';
import { measureLatency } from '../evaluation/measure-latency.ts';
import type { Transformer } from '../model/transformer.ts';
import type { ModelWeights } from '../model/weights.ts';
import type { LevelDatabase } from '../pruning/level-database.ts';
import type { ModuleCache } from '../pruning/materialise.ts';
import { searchSpaceOf } from '../search/search-space.ts';
import { speedBudget } from './plan-budget.ts';
import type { RunEventBody } from './run-events.ts';
import type { SpeedTarget } from './target.ts';
import { writingContext } from './writing-context.ts';

export interface LatencyPhaseOptions {
  readonly target: SpeedTarget;
  readonly transformer: Transformer;
  readonly dense: ModelWeights;
  readonly database: LevelDatabase;
  readonly modules: ModuleCache;
  /** About how long the timing may take. */
  readonly seconds?: number | undefined;
}

const usualSeconds = 20;

/** Times every shape in the database and tells what the target leaves of the time. Throws SpeedUnreachableError. */
export async function* latencyPhase({ target, transformer, dense, database, modules, seconds = usualSeconds }: LatencyPhaseOptions): AsyncGenerator<RunEventBody, LatencyTable> {
  const cut = database.modules.length;
  const measuring = measureLatency({ transformer, dense, database, modules, measure: target.measure, context: writingContext(dense.spec), seconds });
  let next = await measuring.next();
  for (; next.done !== true; next = await measuring.next()) {
    const { done, total, secondsLeft } = next.value;
    const left = secondsLeft === null ? '' : `, about ${Math.ceil(secondsLeft)} s left`;
    const note = `timing levels, ${done} of ${total}${left}`;
    yield { type: 'phase-progress', phase: 'database', done: cut, total: cut, unit: 'modules', note };
  }
  const table = next.value;
  const { dense: denseTime, most } = speedBudget(target, searchSpaceOf(database), database, table);
  yield { type: 'latency-measured', table, dense: denseTime, most };
  return table;
}
