import type { ModuleSummary } from '../../run/run-events.ts';
import type { ModuleKind } from '../../model/spec.ts';
import type { Genome } from '../../pruning/level-database.ts';
import { modulePaint } from '../levels/module-paint.ts';
import { csv } from '../parts/csv.ts';

/** What is left of one module. */
export interface ShapeBar {
  readonly kind: ModuleKind;
  /** From 1. */
  readonly layer: number;
  readonly kept: number;
  readonly structures: number;
  /** Of its structures, 0 to 1. */
  readonly share: number;
  readonly parameters: number;
  /** Place on the colour map, 0 to 9. */
  readonly stop: number;
  readonly removed: boolean;
}

/** A genome as bars, attention and MLP of every layer; null until every module is cut. */
export function shapeBars(modules: readonly (ModuleSummary | null)[], genome: Genome, nominalLevels: number): ShapeBar[] | null {
  const bars: ShapeBar[] = [];
  for (const [index, summary] of modules.entries()) {
    const paint = summary && modulePaint(summary, nominalLevels);
    const level = paint?.levels[genome[index] ?? 0];
    if (!paint || !level) return null;
    const { kept, share, parameters, stop, removed } = level;
    bars.push({ kind: paint.kind, layer: paint.layer, structures: paint.structures, kept, share, parameters, stop, removed });
  }
  return bars.length === 0 ? null : bars;
}

/** How many structures the modules have: one number where all have as many. */
export function structuresOf(bars: readonly ShapeBar[]): number | null {
  const [first] = bars;
  return first && bars.every(({ structures }) => structures === first.structures) ? first.structures : null;
}

/** Plain numbers: a line a module. */
export function shapeCsv(bars: readonly ShapeBar[]): string {
  const rows = bars.map(({ layer, kind, kept, structures, share, parameters }) => [layer, kind, kept, structures, share, parameters]);
  return csv([['layer', 'kind', 'kept', 'of', 'share', 'parameters'], ...rows]);
}

/** Where a chart of `count` bars has them, in whole pixels; numbers under the first and each fifth where they would touch. */
export function barPlaces(count: number, width: number): { readonly pitch: number; readonly numbered: readonly number[] } {
  const pitch = Math.min(64, Math.max(4, Math.floor(width / Math.max(1, count))));
  const step = pitch >= 20 ? 1 : 5;
  const numbered = Array.from({ length: count }, (_, index) => index).filter((index) => index === 0 || (index + 1) % step === 0);
  return { pitch, numbered };
}
