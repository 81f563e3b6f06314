import type { Genome } from '../pruning/level-database.ts';
import type { Budget } from './budget.ts';
import { nearestFeasible } from './budget.ts';
import type { SearchSpace } from './search-space.ts';
import { cheapestWithin, sizeProgramme } from './size-programme.ts';
import { uniformGenome } from './uniform.ts';

/** Exact for models of some 100 M parameters in ten levels; about a second for 60 modules. */
const LOSS_BUCKETS = 1 << 18;

/** A genome with its summed OBS loss. */
export interface LeastLoss {
  readonly genome: Genome;
  readonly loss: number;
  /** False where sizes had to share buckets (see `sizeProgramme`): a slightly lower loss may then exist. */
  readonly exact: boolean;
}

/**
 * The feasible genome of least summed OBS loss, by dynamic programming over the database as ZipLM does (arXiv 2302.04089).
 * A control and a start worth offering, not a good one: the method's section 7 measures it.
 */
export function leastLossGenome(space: SearchSpace, budget: Budget): LeastLoss {
  const lossOf = (module: number, level: number): number => space.modules[module]?.loss[level] ?? Infinity;
  const programme = sizeProgramme(space, budget.most, lossOf, LOSS_BUCKETS);
  const found = cheapestWithin(programme, budget.least, budget.most);
  if (found) return { genome: programme.genomeOf(found), loss: found.cost, exact: programme.exact };
  const genome = nearestFeasible(space, budget, uniformGenome(space, budget));
  return { genome, loss: genome.reduce((sum, level, module) => sum + lossOf(module, level), 0), exact: false };
}
