import type { RunRecord } from '../../store/runs/stored-run.ts';
import { paintModule, type LevelPaint } from '../levels/module-paint.ts';

/** How a module of a run's parent looks. */
export interface ShapeCell extends Pick<LevelPaint, 'stop' | 'removed' | 'share' | 'kept'> {
  /** From 1. */
  readonly layer: number;
  readonly structures: number;
}

/** A run's parent, attention and MLP by layer; empty before the database was there. */
export interface RunShape {
  readonly attention: readonly ShapeCell[];
  readonly mlp: readonly ShapeCell[];
}

/** The shape of a run's parent so far, or of its winner. */
export function runShape({ modules, parent, config }: Pick<RunRecord, 'modules' | 'parent' | 'config'>): RunShape {
  const cells = modules.map(({ layer, kind, structures, kept }, module) => {
    const levels = kept.map((each) => ({ kept: each, parameters: 0, loss: 0 }));
    const paint = paintModule({ layer, kind, structures, levels }, config.levels);
    const level = paint.levels[parent?.genome[module] ?? 0];
    return { kind, cell: { layer: paint.layer, structures, stop: level?.stop ?? 0, removed: level?.removed ?? false, share: level?.share ?? 1, kept: level?.kept ?? structures } };
  });
  const of = (wanted: 'attention' | 'mlp'): ShapeCell[] => cells.filter(({ kind }) => kind === wanted).map(({ cell }) => cell);
  return { attention: of('attention'), mlp: of('mlp') };
}

/** The same in words, for those who do not see the strip. */
export function shapeWords({ attention, mlp }: RunShape): string {
  const mean = (cells: readonly ShapeCell[]): number => Math.round((100 * cells.reduce((sum, { share }) => sum + share, 0)) / Math.max(1, cells.length));
  const gone = [...attention, ...mlp].filter(({ removed }) => removed).length;
  return `keeps on average ${mean(attention)} % of attention and ${mean(mlp)} % of MLP${gone === 0 ? '' : `, ${gone} module${gone === 1 ? '' : 's'} removed`}`;
}
