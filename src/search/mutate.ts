import type { Random } from '../base/random.ts';
import type { ModuleKind } from '../model/spec.ts';
import type { Genome } from '../pruning/level-database.ts';
import type { Budget } from './budget.ts';
import { isFeasible } from './budget.ts';
import { repair } from './repair.ts';
import type { SearchSpace } from './search-space.ts';
import { changedModules, genomeCost, levelAt } from './search-space.ts';

/** `same-type`: both ends of a switch are of one type (the paper). `any`: each end is of any type; the budget is held by repair. */
export type MutationMode = 'any' | 'same-type';

export interface MutationSettings {
  /** `a` of `flips = min(U{1..a}, U{1..a})`. */
  readonly maxFlips: number;
  readonly mutation: MutationMode;
  /** Probability that a flip's type (`any`: the type of each of its ends) is attention; null: by the number of modules that have levels. */
  readonly attentionShare: number | null;
}

/** `min(U{1..a}, U{1..a})`: one flip is the likeliest. */
export function drawFlips(maxFlips: number, random: Random): number {
  const first = 1 + random.below(maxFlips);
  const second = 1 + random.below(maxFlips);
  return Math.min(first, second);
}

const pick = (choices: readonly number[], random: Random): number | undefined => choices[random.below(Math.max(1, choices.length))];

/** `attention` or `mlp`, whichever was drawn, where it has a choice to offer; else the other. */
function drawKind(space: SearchSpace, share: number | null, random: Random): ModuleKind {
  const movable = space.modules.filter((module) => module.cost.length > 1); // a module that the model lacks has one level
  const attention = movable.filter((module) => module.kind === 'attention').length;
  return random.unit() < (share ?? attention / movable.length) ? 'attention' : 'mlp';
}

/** Of these modules those of the drawn kind; where there are none, all of them. */
function ofKindIfAny(space: SearchSpace, modules: readonly number[], kind: ModuleKind): readonly number[] {
  const same = modules.filter((index) => space.modules[index]?.kind === kind);
  return same.length > 0 ? same : modules;
}

/** One level switch, in place: a module one level down (more pruned), another one up. False where no two modules can. */
function flip(space: SearchSpace, genome: number[], settings: MutationSettings, random: Random): boolean {
  const indices = [...space.modules.keys()];
  const canPrune = indices.filter((index) => levelAt(genome, index) + 1 < (space.modules[index]?.cost.length ?? 0));
  const canGrow = indices.filter((index) => levelAt(genome, index) > 0);
  const sameType = settings.mutation === 'same-type';
  const partnersOf = (pruned: number): number[] =>
    canGrow.filter((index) => index !== pruned && (!sameType || space.modules[index]?.kind === space.modules[pruned]?.kind));
  const prunable = canPrune.filter((index) => partnersOf(index).length > 0);
  const pruned = pick(ofKindIfAny(space, prunable, drawKind(space, settings.attentionShare, random)), random);
  if (pruned === undefined) return false;
  const partners = partnersOf(pruned);
  const grown = pick(sameType ? partners : ofKindIfAny(space, partners, drawKind(space, settings.attentionShare, random)), random);
  if (grown === undefined) return false;
  genome[pruned] = levelAt(genome, pruned) + 1;
  genome[grown] = levelAt(genome, grown) - 1;
  return true;
}

/**
 * `flips` level switches and a repair to the budget. In `same-type` mode the repair keeps to the types that were switched, where
 * that can meet the budget. Null where the draws led nowhere (no possible switch, no repair): draw again from another stream.
 */
export function switchLevels(
  space: SearchSpace,
  budget: Budget,
  parent: Genome,
  flips: number,
  settings: MutationSettings,
  random: Random,
): Genome | null {
  const genome = [...parent];
  for (let done = 0; done < flips; done++) {
    if (!flip(space, genome, settings, random)) return null;
  }
  if (isFeasible(budget, genomeCost(space, genome))) return genome;
  if (settings.mutation === 'same-type') {
    const kinds = new Set(changedModules(parent, genome).map((index) => space.modules[index]?.kind));
    const within = repair(space, budget, genome, random, (index) => kinds.has(space.modules[index]?.kind));
    if (within) return within;
  }
  return repair(space, budget, genome, random);
}

/**
 * A mutated genome: feasible and different from the parent, or null where this stream's draws gave none.
 *
 * @param parent a feasible genome
 */
export function mutate(space: SearchSpace, budget: Budget, parent: Genome, settings: MutationSettings, random: Random): Genome | null {
  const genome = switchLevels(space, budget, parent, drawFlips(settings.maxFlips, random), settings, random);
  return genome && changedModules(parent, genome).length > 0 ? genome : null;
}
