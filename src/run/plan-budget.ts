import { costsOf, type LatencyTable } from '../evaluation/latency-table.ts';
import { prunableParameters, totalParameters, type ModelSpec } from '../model/spec.ts';
import type { LevelDatabase } from '../pruning/level-database.ts';
import { budgetFor, highestSparsity, TIMED_TOLERANCE, type Budget } from '../search/budget.ts';
import { timedSpace, type SearchSpace } from '../search/search-space.ts';
import { ParametersUnreachableError, SpeedUnreachableError } from './target-errors.ts';
import { sparsityFor, type SizeTarget, type SpeedTarget } from './target.ts';

/** The budget of a target in parameters. Throws TargetUnreachableError, {@link ParametersUnreachableError}. */
export function sizeBudget(target: SizeTarget, spec: ModelSpec, space: SearchSpace): Budget {
  if ('sparsity' in target) return budgetFor(space, target.sparsity);
  const sparsity = sparsityFor(target.parameters, spec);
  const highest = highestSparsity(space);
  if (sparsity < 0 || sparsity > highest) {
    const total = totalParameters(spec);
    throw new ParametersUnreachableError(target.parameters, Math.ceil(total - highest * prunableParameters(spec)), total);
  }
  return budgetFor(space, sparsity);
}

export interface TimedBudget {
  readonly space: SearchSpace;
  readonly budget: Budget;
  /** Predicted time of the whole dense model, and the most that a pruned one may take; nanoseconds. */
  readonly dense: number;
  readonly most: number;
  /** How long every shape takes. */
  readonly table: LatencyTable;
}

/** The budget of a speed, in nanoseconds by a table that was measured on this device. Throws {@link SpeedUnreachableError}. */
export function speedBudget({ speedup, measure }: SpeedTarget, space: SearchSpace, database: Pick<LevelDatabase, 'modules'>, table: LatencyTable): TimedBudget {
  const timed = timedSpace(space, costsOf(database, table));
  const dense = table.fixed + timed.dense;
  const most = Math.floor(dense / speedup);
  const sparsity = 1 - (most - table.fixed) / timed.dense;
  const highest = highestSparsity(timed);
  if (!(sparsity <= highest)) throw new SpeedUnreachableError(speedup, dense / (table.fixed + (1 - highest) * timed.dense), measure);
  return { space: timed, budget: budgetFor(timed, sparsity, TIMED_TOLERANCE), dense, most, table };
}
