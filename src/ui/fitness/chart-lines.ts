import { stepPath } from '../charts/step-path.ts';
import type { ChartFrame } from './chart-frame.ts';
import type { FitnessRow, FitnessSeries } from './fitness-series.ts';

type Scales = Pick<ChartFrame, 'x' | 'y'>;

const point = (x: number, y: number): string => `${x.toFixed(1)} ${y.toFixed(1)}`;

/** The parent's line, a step a generation; it lifts where there is no value. */
export const parentPath = (rows: readonly FitnessRow[], { x, y }: Scales): string => stepPath({ x: rows.map((row) => row.x), y: rows.map(({ parent }) => parent) }, x, y);

/** The best of an earlier stage, straight from generation to generation. */
export function stagePath(rows: readonly FitnessRow[], stage: number, { x, y }: Scales): string {
  let path = '';
  let drawing = false;
  for (const { x: place, best } of rows) {
    const value = best[stage] ?? null;
    if (value !== null) path += `${drawing ? 'L' : 'M'}${point(x(place), y(value))}`;
    drawing = value !== null;
  }
  return path;
}

/** The offspring's dots inside the plot, x, y alternating, one a pixel: of very many, most lie on one another. */
export function dotsOf(cloud: FitnessSeries['cloud'], { x, y, left, right, width }: Pick<ChartFrame, 'x' | 'y' | 'left' | 'right' | 'width'>): number[] {
  const taken = new Set<number>();
  const dots: number[] = [];
  for (let index = 0; index + 1 < cloud.length; index += 2) {
    const [dotX, dotY] = [x(cloud[index] ?? 0), y(cloud[index + 1] ?? 0)];
    const pixel = Math.round(dotY) * Math.ceil(width) + Math.round(dotX);
    if (dotX < left || dotX > right || taken.has(pixel)) continue;
    taken.add(pixel);
    dots.push(dotX, dotY);
  }
  return dots;
}
