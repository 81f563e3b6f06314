import type { DatabaseState } from '../../store/run-state.ts';
import type { ModuleSummary } from '../../run/run-events.ts';

/** Structures that nominal level `level` of K removes of `count`; halves up. */
export const removedAt = (level: number, count: number, nominalLevels: number): number =>
  Math.floor((2 * level * count + nominalLevels) / (2 * nominalLevels));

/** Which nominal levels of a module are there: all once it is cut; while it is being cut those that were passed. */
export function filledLevels(database: DatabaseState, module: number, nominalLevels: number): number {
  if (database.modules[module]) return nominalLevels + 1;
  const progress = database.progress[module];
  if (!progress || progress.total === 0) return 0;
  let level = 0;
  while (level <= nominalLevels && removedAt(level, progress.total, nominalLevels) <= progress.done) level++;
  return level;
}

/**
 * The error left when about half of the module is gone, as a share of what removing it all costs; null where the module
 * contributes nothing.
 */
export function lossAtHalf(summary: ModuleSummary): number | null {
  const all = summary.levels.at(-1)?.loss ?? 0;
  if (!(all > 0)) return null;
  const half = summary.levels.reduce((best, level) => {
    const distance = (kept: number): number => Math.abs(kept - summary.structures / 2);
    return distance(level.kept) < distance(best.kept) ? level : best;
  });
  return half.loss > 0 ? half.loss / all : null;
}

/** Whole decades around the values, at least one, down from 1. */
export function lossDecades(values: readonly (number | null)[]): number {
  const least = Math.min(0.1, ...values.filter((value): value is number => value !== null && value > 0));
  return Math.max(1, Math.ceil(-Math.log10(least) - 1e-9));
}
