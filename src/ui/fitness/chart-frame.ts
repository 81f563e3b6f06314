import { amountEnd, generationEnd, linearTicks, valueDomain, valueTicks, type Domain, type Span, type YScale } from './fitness-domain.ts';
import type { FitnessSeries, XAxisKind } from './fitness-series.ts';

/** Where values lie in the drawing. */
export interface ChartFrame {
  readonly width: number;
  readonly height: number;
  /** Edges of the plot. */
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** What the axis under the curve shows, and all that it could. */
  readonly span: Span;
  readonly whole: Span;
  readonly domain: Domain;
  readonly x: (place: number) => number;
  /** Values beyond the domain lie on its edge. */
  readonly y: (value: number) => number;
  /** The place under a pixel, within the span. */
  readonly placeAt: (pixel: number) => number;
  readonly placeTicks: readonly number[];
  readonly valueTicks: readonly number[];
}

interface Request {
  readonly series: FitnessSeries;
  readonly kind: XAxisKind;
  readonly scale: YScale;
  readonly width: number;
  readonly height: number;
  /** As many generations as are planned. */
  readonly generations: number;
  /** Null shows all. */
  readonly zoom: Span | null;
}

/** Above: marks of changes; right: names at the lines' ends. */
const margin = { top: 26, right: 88, bottom: 22, left: 36 } as const;

function placeTicks(kind: XAxisKind, { from, to }: Span, plot: number): number[] {
  const count = Math.max(2, Math.min(5, Math.floor(plot / 48)));
  if (kind !== 'generation') return linearTicks(from, to, count);
  const quarters = [0, 1, 2, 3, 4].map((part) => from + ((to - from) * part) / 4);
  return quarters.every(Number.isInteger) && plot >= 180 ? quarters : linearTicks(from, to, count).filter(Number.isInteger);
}

/** Lays out the fitness chart. */
export function chartFrame({ series, kind, scale, width, height, generations, zoom }: Request): ChartFrame {
  const now = series.ends.length - 1;
  const end = kind === 'generation' ? generationEnd(now, generations) : amountEnd(series.ends.at(-1)?.x ?? 0, now, generations);
  const whole: Span = { from: 0, to: end };
  const span = zoom ?? whole;
  const [left, right, top, bottom] = [margin.left, Math.max(margin.left + 40, width - margin.right), margin.top, height - margin.bottom];
  const domain = valueDomain(series, span);
  const spaced = scale === 'log' ? Math.log : (value: number): number => value;
  const [low, high] = [spaced(domain.least), spaced(domain.most)];
  const perPlace = (right - left) / (span.to - span.from || 1);
  return {
    width, height, left, right, top, bottom, span, whole, domain,
    x: (place) => left + (place - span.from) * perPlace,
    y: (value) => bottom - ((spaced(Math.min(domain.most, Math.max(domain.least, value))) - low) / (high - low || 1)) * (bottom - top),
    placeAt: (pixel) => Math.min(span.to, Math.max(span.from, span.from + (pixel - left) / perPlace)),
    placeTicks: placeTicks(kind, span, right - left),
    valueTicks: valueTicks(domain, scale, bottom - top),
  };
}

/** The generation whose place is nearest; null where there is none but the start. */
export function nearestGeneration(ends: FitnessSeries['ends'], place: number): number | null {
  let [low, high] = [1, ends.length - 1];
  if (high < 1) return null;
  while (low < high) {
    const middle = (low + high) >> 1;
    const between = ((ends[middle]?.x ?? 0) + (ends[middle + 1]?.x ?? 0)) / 2;
    if (place < between) high = middle;
    else low = middle + 1;
  }
  return low;
}
