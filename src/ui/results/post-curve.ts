import type { PostTrainingState } from '../../store/run-state.ts';
import { linearTicks, valueTicks, type Domain } from '../fitness/fitness-domain.ts';
import { csv } from '../parts/csv.ts';

/** A measurement as a point of the curve: KL over trained tokens. */
export interface PostPoint {
  readonly x: number;
  readonly y: number;
}

/** What the curve of post-training is drawn by. */
export interface PostCurve {
  readonly points: readonly PostPoint[];
  readonly domain: Domain;
  readonly ticks: readonly number[];
  /** Of the tokens that are trained at most. */
  readonly end: number;
  readonly tokenTicks: readonly number[];
  /** The best so far, which is what is kept. */
  readonly best: PostPoint | null;
}

/** The measurements as a curve for a plot of that size, values on a log scale; null before the first. */
export function postCurve({ measured, total }: PostTrainingState, width: number, height: number): PostCurve | null {
  const drawn = measured.filter(({ kl }) => Number.isFinite(kl) && kl > 0);
  if (drawn.length === 0) return null;
  const points = drawn.map(({ tokens, kl }) => ({ x: tokens, y: kl }));
  const values = points.map(({ y }) => y);
  const domain = { least: Math.min(...values) * 0.97, most: Math.max(...values) * 1.03 };
  const logarithmic = valueTicks(domain, 'log', height);
  const end = Math.max(total, points.at(-1)?.x ?? 0, 1);
  return {
    points,
    domain,
    // A narrow range may hold no round value of the log scale.
    ticks: logarithmic.length > 1 ? logarithmic : linearTicks(domain.least, domain.most, 3),
    end,
    tokenTicks: linearTicks(0, end, Math.max(2, Math.min(5, Math.floor(width / 56)))),
    best: points[drawn.findLastIndex(({ best }) => best)] ?? null,
  };
}

/** Losses and measurements in the order of tokens; plain numbers, nothing for what is missing. */
export function postCsv({ losses, measured }: PostTrainingState): string {
  const rows = new Map<number, { loss?: number; kl?: number; perplexity?: number; best?: boolean }>();
  for (const { tokens, loss } of losses) rows.set(tokens, { loss });
  for (const { tokens, kl, perplexity, best } of measured) rows.set(tokens, { ...rows.get(tokens), kl, perplexity, best });
  const inOrder = [...rows].toSorted(([a], [b]) => a - b).map(([tokens, row]) => [tokens, row.loss, row.kl, row.perplexity, row.best]);
  return csv([['tokens', 'training_loss', 'kl', 'perplexity', 'best_so_far'], ...inOrder]);
}
