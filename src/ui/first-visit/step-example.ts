import type { Genome } from '../../pruning/level-database.ts';
import type { ModuleSummary } from '../../run/run-events.ts';
import type { GenerationRecord, RunState } from '../../store/run-state.ts';
import { modulePaint, type LevelPaint, type ModulePaint } from '../levels/module-paint.ts';

/** What the diagrams of the four steps show, all of it from one run. */
export interface StepExample {
  /** The levels of one MLP, dense first. */
  readonly levels: readonly LevelPaint[];
  readonly paints: readonly ModulePaint[];
  /** A child that took its parent's place, and in which modules it differs. */
  readonly mutation: { readonly parent: Genome; readonly child: Genome; readonly changed: readonly number[] };
  /** How many candidates enter each stage, and the one that is left. */
  readonly left: readonly number[];
  /** The parent's fitness after each generation, and uniform's. */
  readonly curve: readonly number[];
  readonly uniform: number;
}

/** The last of the children with the fewest changes that took its parent's place: it shows best what a mutation is. */
function mutationOf(history: readonly GenerationRecord[]): StepExample['mutation'] | null {
  const winners = history.flatMap((record) => {
    const winner = record.replaced ? record.candidates.find(({ id }) => id === record.parent.id) : undefined;
    return winner && winner.changed.length >= 2 ? [{ parent: record.from.genome, child: winner.genome, changed: winner.changed }] : [];
  });
  const fewest = Math.min(...winners.map(({ changed }) => changed.length));
  return winners.findLast(({ changed }) => changed.length === fewest) ?? null;
}

/** Null where the run has not what the diagrams need. */
export function stepExample({ config, database, search }: RunState): StepExample | null {
  const cut = database.modules.filter((module): module is ModuleSummary => module !== null);
  if (!config || !search || cut.length < database.modules.length) return null;
  const paints = cut.map((summary) => modulePaint(summary, config.levels));
  const mutation = mutationOf(search.history);
  const levels = paints[1]?.levels;
  const uniform = search.history[0]?.previousParentFitness;
  if (!mutation || !levels || uniform === undefined || !Number.isFinite(uniform)) return null;
  const curve = search.history.map(({ fitness }) => fitness).filter(Number.isFinite);
  return { levels, paints, mutation, uniform, curve, left: [config.search.offspring, ...config.search.stages.map(({ survivors }) => survivors)] };
}
