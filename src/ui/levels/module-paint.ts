import type { ModuleKind } from '../../model/spec.ts';
import type { ModuleSummary } from '../../run/run-events.ts';
import { stopOfLevel, stopOfRemoved } from './level-colours.ts';

/** How one level of one module looks, and what it is. */
export interface LevelPaint {
  /** Place on the colour map, 0 to 9. */
  readonly stop: number;
  /** Structures kept, and their share of the dense module. */
  readonly kept: number;
  readonly share: number;
  readonly removed: boolean;
  /** The nominal level k of K nearest to what is kept. */
  readonly nominal: number;
  readonly parameters: number;
  readonly loss: number;
}

/** How one module looks at each of its levels, from dense to removed. */
export interface ModulePaint {
  readonly kind: ModuleKind;
  /** From 1, as people count. */
  readonly layer: number;
  readonly structures: number;
  readonly levels: readonly LevelPaint[];
}

/** A module's looks. Where no levels were collapsed the nominal levels have the map's stops; else each has what it truly keeps. */
export function paintModule(summary: ModuleSummary, nominalLevels: number): ModulePaint {
  const { structures } = summary;
  const whole = summary.levels.length === nominalLevels + 1;
  return {
    kind: summary.kind,
    layer: summary.layer + 1,
    structures,
    levels: summary.levels.map(({ kept, parameters, loss }, level) => {
      const share = structures === 0 ? 0 : kept / structures;
      return {
        stop: whole ? stopOfLevel(level, nominalLevels) : stopOfRemoved(1 - share, nominalLevels),
        nominal: whole ? level : Math.round((1 - share) * nominalLevels),
        kept,
        share,
        removed: level === summary.levels.length - 1,
        parameters,
        loss,
      };
    }),
  };
}

const painted = new WeakMap<ModuleSummary, Map<number, ModulePaint>>();

/** {@link paintModule}, remembered by the summary, which never changes. */
export function modulePaint(summary: ModuleSummary, nominalLevels: number): ModulePaint {
  const known = painted.get(summary) ?? new Map<number, ModulePaint>();
  painted.set(summary, known);
  const paint = known.get(nominalLevels) ?? paintModule(summary, nominalLevels);
  known.set(nominalLevels, paint);
  return paint;
}
