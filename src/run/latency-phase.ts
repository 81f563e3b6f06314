import { mapEvents } from '../base/map-events.ts';
import { measureLatency } from '../evaluation/measure-latency.ts';
import type { Transformer } from '../model/transformer.ts';
import type { ModelWeights } from '../model/weights.ts';
import type { LevelDatabase } from '../pruning/level-database.ts';
import type { ModuleCache } from '../pruning/materialise.ts';
import { searchSpaceOf } from '../search/search-space.ts';
import { speedBudget, type TimedBudget } from './plan-budget.ts';
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

/** Default of {@link LatencyPhaseOptions.seconds}. */
export const usualLatencySeconds = 20;

/** Times every shape in the database and makes the budget of what the target leaves of the time. Throws SpeedUnreachableError. */
export async function* latencyPhase({ target, transformer, dense, database, modules, seconds = usualLatencySeconds }: LatencyPhaseOptions): AsyncGenerator<RunEventBody, TimedBudget> {
  const cut = database.modules.length;
  const measuring = measureLatency({ transformer, dense, database, modules, measure: target.measure, context: writingContext(dense.spec), seconds });
  const table = yield* mapEvents(measuring, function* ({ done, total, secondsLeft }): Generator<RunEventBody> {
    const left = secondsLeft === null ? '' : `, about ${Math.ceil(secondsLeft)} s left`;
    const note = `timing levels, ${done} of ${total}${left}`;
    yield { type: 'phase-progress', phase: 'database', done: cut, total: cut, unit: 'modules', note };
  });
  const timed = speedBudget(target, searchSpaceOf(database), database, table);
  yield { type: 'latency-measured', table, dense: timed.dense, most: timed.most };
  return timed;
}
