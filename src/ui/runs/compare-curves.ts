import type { StoredRun } from '../../store/runs/stored-run.ts';
import type { Steps } from '../charts/step-path.ts';
import { linearTicks, pushApart, type Domain } from '../fitness/fitness-domain.ts';
import { curvePlaces, drawable, measureBreaks, type XAxisKind } from '../fitness/fitness-series.ts';

/** A run's curve as it is drawn: a step at every point, from left to right. */
export interface CompareCurve extends Steps {
  /** The first generation of each x; 0 is before the first. */
  readonly generation: readonly number[];
}

/** Whether tokens are counted that were trained (where any run trained), or that were measured. */
export const countsTrained = (runs: readonly StoredRun[]): boolean => runs.some(({ curve }) => (curve.trainedTokens.at(-1) ?? 0) > 0);

/** The curve over an axis. Lifted where the measure changed. */
export function compareCurve({ curve, changes }: Pick<StoredRun, 'curve' | 'changes'>, kind: XAxisKind, trained: boolean): CompareCurve {
  const breaks = measureBreaks(changes);
  const x: number[] = [];
  const y: (number | null)[] = [];
  const generation: number[] = [];
  for (const [index, place] of curvePlaces(curve, kind, trained).entries()) {
    if (breaks.has(index)) {
      x.push(place);
      y.push(null);
      generation.push(index);
    }
    x.push(place);
    y.push(drawable(index === 0 ? curve.start : curve.fitness[index - 1]));
    generation.push(index);
  }
  return { x, y, generation };
}

/** The value at a place, and the generation that it is of; null before the curve, after it, and where it is lifted. */
export function valueAt({ x, y, generation }: CompareCurve, place: number): { readonly value: number; readonly generation: number } | null {
  if (place < 0 || place > (x.at(-1) ?? -1)) return null;
  let low = 0;
  let high = x.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((x[middle] ?? 0) <= place) low = middle;
    else high = middle - 1;
  }
  const value = y[low] ?? null;
  return value === null ? null : { value, generation: generation[low] ?? 0 };
}

/** The last value of a curve and where it stands; null where there is none. */
export function endOf({ x, y }: CompareCurve): { readonly x: number; readonly y: number } | null {
  const value = y.findLast((each) => each !== null) ?? null;
  return value === null ? null : { x: x.at(-1) ?? 0, y: value };
}

/** The range of all values, with a little air. */
export function compareDomain(curves: readonly CompareCurve[]): Domain {
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (const { y } of curves) {
    for (const value of y) {
      if (value === null) continue;
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
  }
  return most === 0 ? { least: 0.1, most: 1 } : { least: least * 0.95, most: most * 1.03 };
}

/** Heights of names beside points, `apart` from each other where they stand closer than a name's width; in the given order. */
export function labelHeights(points: readonly { readonly x: number; readonly y: number }[], apart: number, width: number, lowest: number): readonly number[] {
  const order = points.map((_, index) => index).sort((a, b) => (points[a]?.x ?? 0) - (points[b]?.x ?? 0));
  const heights = points.map(({ y }) => y);
  let group: number[] = [];
  const place = (): void => {
    for (const [index, height] of pushApart(group.map((each) => heights[each] ?? 0), apart, lowest).entries()) heights[group[index] ?? 0] = height;
    group = [];
  };
  for (const index of order) {
    const last = group.at(-1);
    if (last !== undefined && (points[index]?.x ?? 0) - (points[last]?.x ?? 0) > width) place();
    group.push(index);
  }
  place();
  return heights;
}

/** The right end of the axis under the curves, and its ticks. */
export function placeAxis(curves: readonly CompareCurve[], kind: XAxisKind, width: number): { readonly end: number; readonly ticks: readonly number[] } {
  const end = Math.max(1, ...curves.map(({ x }) => x.at(-1) ?? 0));
  const ticks = linearTicks(0, end, Math.max(2, Math.min(6, Math.floor(width / 90))));
  return { end, ticks: kind === 'generation' ? ticks.filter(Number.isInteger) : ticks };
}
