import type { FitnessSeries } from './fitness-series.ts';

export type YScale = 'log' | 'linear';

/** The least and greatest value that are drawn; offspring above are held at the upper edge. */
export interface Domain {
  readonly least: number;
  readonly most: number;
}

const mantissas = [1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8];
const firstEnd = 16;

/** Of more values than this, one in so many is looked at: sorting all of a long run would take longer than drawing them. */
const mostSorted = 4096;

/** All but the worst two in a hundred: a single broken candidate must not flatten every line. */
function nearlyMost(values: readonly number[]): number {
  const stride = Math.ceil(values.length / mostSorted);
  const sorted = Float64Array.from(stride > 1 ? values.filter((_, index) => index % stride === 0) : values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.98))] ?? 0;
}

/** Part of the axis under the curve. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The range of the fitness on that part of the axis, with a little air. */
export function valueDomain({ rows, cloud, uniform, random }: Pick<FitnessSeries, 'rows' | 'cloud' | 'uniform' | 'random'>, { from, to }: Span): Domain {
  const inside = (x: number): boolean => x >= from && x <= to;
  // The step that is under way where the part begins belongs to it.
  const before = rows.findLast(({ x }) => x < from);
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  const take = (value: number | null): void => {
    if (value === null) return;
    least = Math.min(least, value);
    most = Math.max(most, value);
  };
  for (const row of before ? [before, ...rows] : rows) {
    if (row !== before && !inside(row.x)) continue;
    take(row.parent);
    for (const value of row.best) take(value);
  }
  for (const { x, parent } of random) if (inside(x)) take(parent);
  take(uniform);
  if (!Number.isFinite(least)) return { least: 0.1, most: 1 };
  return { least: least * 0.9, most: Math.max(most, nearlyMost(cloud.filter((_, index) => index % 2 === 1 && inside(cloud[index - 1] ?? 0)))) * 1.03 };
}

/** Round values between the ends, at least `apart` pixels from each other on an axis of that height. */
export function valueTicks({ least, most }: Domain, scale: YScale, height: number, apart = 17): number[] {
  if (scale === 'linear') return linearTicks(least, most, Math.max(2, Math.floor(height / 40)));
  const perLog = height / Math.log(most / least);
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(least)); power <= Math.ceil(Math.log10(most)); power++) {
    for (const mantissa of mantissas) {
      const value = Number((mantissa * 10 ** power).toPrecision(3));
      const last = ticks.at(-1);
      if (value >= least && value <= most && (last === undefined || Math.log(value / last) * perLog >= apart)) ticks.push(value);
    }
  }
  return ticks;
}

/** About `count` round values. */
export function linearTicks(least: number, most: number, count: number): number[] {
  const rough = (most - least) / count;
  if (!(rough > 0)) return [];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough;
  const first = Math.ceil(least / step - 1e-9);
  const length = Math.floor(most / step + 1e-9) - first + 1;
  return Array.from({ length: Math.max(0, length) }, (_, index) => Number(((first + index) * step).toPrecision(10)));
}

/** The end of the generation axis: room that doubles when it is full, at most the run's end. */
export function generationEnd(now: number, planned: number): number {
  let end = firstEnd;
  while (end < now) end *= 2;
  return Math.max(1, now, Math.min(end, planned));
}

/** The end of an axis of tokens or seconds: as far as the same share of the run would reach. */
export const amountEnd = (last: number, now: number, planned: number): number =>
  now === 0 ? 1 : (last * generationEnd(now, planned)) / now;

/** Heights pushed apart so that labels do not touch, in the order given back by `order`; each stays as near as it can. */
export function pushApart(heights: readonly number[], apart: number, most: number): number[] {
  const order = heights.map((_, index) => index).sort((a, b) => (heights[a] ?? 0) - (heights[b] ?? 0));
  const placed = heights.slice();
  let last = Number.NEGATIVE_INFINITY;
  for (const index of order) {
    last = Math.max(heights[index] ?? 0, last + apart);
    placed[index] = last;
  }
  let limit = most;
  for (const index of order.reverse()) {
    placed[index] = Math.min(placed[index] ?? 0, limit);
    limit = (placed[index] ?? 0) - apart;
  }
  return placed;
}
