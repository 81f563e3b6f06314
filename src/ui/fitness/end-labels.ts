import type { Span } from './fitness-domain.ts';
import type { FitnessSeries } from './fitness-series.ts';

/** A line's name at its end. */
export interface EndLabel {
  readonly text: string;
  readonly value: number;
  readonly look: 'parent' | 'control' | 'stage';
}

/** Names for the ends of the lines after so many generations, and where they end or leave what is in view; null where they do not reach it. */
export function endLabels({ ends, uniform, random }: Pick<FitnessSeries, 'ends' | 'uniform' | 'random'>, shown: number, { from, to }: Span, parentName: string): { readonly x: number | null; readonly ended: boolean; readonly labels: readonly EndLabel[] } {
  let last = shown;
  while (last > 0 && (ends[last]?.x ?? 0) > to) last--;
  const row = ends[last];
  if (!row || row.x < from) return { x: null, ended: false, labels: [] };
  const named = (text: string, value: number | null | undefined, look: EndLabel['look']): EndLabel[] => (typeof value === 'number' ? [{ text, value, look }] : []);
  return {
    x: last === shown ? row.x : to,
    ended: last === shown,
    labels: [
      ...named('uniform', uniform, 'control'),
      ...named('random search', random[last]?.parent, 'control'),
      ...row.best.flatMap((value, stage) => named(`best of stage ${stage + 1}`, value, 'stage')),
      ...named(parentName, row.parent, 'parent'),
    ],
  };
}
