import type { RunCurve } from '../../store/runs/stored-run.ts';
import type { GenerationRecord, SearchState } from '../../store/run-state.ts';
import { csv } from '../parts/csv.ts';
import { changesMeasure } from '../settings/describe-changes.ts';

export type XAxisKind = 'generation' | 'tokens' | 'time';

/** One place on the generation axis. Values that were not a number are null, which leaves a gap. */
export interface FitnessRow {
  readonly x: number;
  /** 0 before the first generation. */
  readonly generation: number;
  readonly parent: number | null;
  /** Best of each stage but the last, which is the parent's. */
  readonly best: readonly (number | null)[];
}

export interface FitnessSeries {
  readonly rows: readonly FitnessRow[];
  /** Every offspring at the furthest stage that it reached: x, y alternating. */
  readonly cloud: readonly number[];
  readonly uniform: number | null;
  /** The row of each generation from 0. */
  readonly ends: readonly FitnessRow[];
  /** Random search at equal budget, where such a run is stored. */
  readonly random: readonly FitnessRow[];
}

/** A fitness that can be drawn; null where there is none. */
export const drawable = (value: number | null | undefined): number | null => (typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : null);

/** Tokens and seconds of a generation's end, of records and of stored curves alike. */
interface Spent {
  readonly forwardTokens: number;
  readonly trainedTokens: number;
  readonly at: number;
}

/** Seconds before the first generation ended, in which it ran; the phases before the search do not count. */
function searchBegan(all: readonly Spent[]): number {
  const [first, last] = [all[0], all.at(-1)];
  if (!first || !last || all.length < 2) return first?.at ?? 0;
  return Math.max(0, first.at - (last.at - first.at) / (all.length - 1));
}

/** Where each generation from 0 lies. Of tokens, those that were trained count where any were, else those of measurement. */
function placesOf(all: readonly Spent[], kind: XAxisKind, trained = (all.at(-1)?.trainedTokens ?? 0) > 0): number[] {
  if (kind === 'generation') return [0, ...all.map((_, index) => index + 1)];
  if (kind === 'tokens') return [0, ...all.map((each) => (trained ? each.trainedTokens : each.forwardTokens))];
  const began = searchBegan(all);
  return [0, ...all.map((each) => each.at - began)];
}

/** Generations whose last stage measures on other tokens than before: values do not compare across them. */
export function measureBreaks(changes: SearchState['changes']): ReadonlySet<number> {
  const breaks = changes.filter(({ before, after }) => before.stages && after.stages && changesMeasure(before.stages, after.stages));
  return new Set(breaks.map(({ generation }) => generation));
}

/** Where each generation of a stored run lies, from 0. `trained`: which tokens count, whatever this run did. */
export function curvePlaces({ forwardTokens, trainedTokens, at }: RunCurve, kind: XAxisKind, trained?: boolean): number[] {
  const spent = at.map((seconds, index) => ({ at: seconds, forwardTokens: forwardTokens[index] ?? 0, trainedTokens: trainedTokens[index] ?? 0 }));
  return placesOf(spent, kind, trained);
}

/** A stored run's curve as rows. */
export function curveRows(curve: RunCurve, kind: XAxisKind): FitnessRow[] {
  const { fitness, start } = curve;
  return curvePlaces(curve, kind).map((x, generation) => ({ x, generation, parent: drawable(generation === 0 ? start : fitness[generation - 1]), best: [] }));
}

/** What the chart draws, from the records of a search and, where there is one, the curve of random search at equal budget. */
export function fitnessSeries(history: readonly GenerationRecord[], changes: SearchState['changes'], kind: XAxisKind, random: RunCurve | null = null): FitnessSeries {
  const places = placesOf(history, kind);
  const breaks = measureBreaks(changes);
  const uniform = drawable(history[0]?.previousParentFitness);
  const start: FitnessRow = { x: 0, generation: 0, parent: uniform, best: [] };
  const rows = [start];
  const ends = [start];
  const cloud: number[] = [];
  for (const [index, record] of history.entries()) {
    const { generation } = record;
    const x = places[index + 1] ?? 0;
    if (breaks.has(generation)) {
      // The step before the break ends here; then the line lifts.
      rows.push({ x, generation, parent: rows.at(-1)?.parent ?? null, best: [] });
      rows.push({ x, generation, parent: null, best: [] });
    }
    const row: FitnessRow = { x, generation, parent: drawable(record.fitness), best: record.stageBest.slice(0, -1).map(drawable) };
    rows.push(row);
    ends.push(row);
    for (const candidate of record.candidates) {
      const value = drawable(candidate.fitness.at(-1));
      if (value !== null) cloud.push(x, value);
    }
  }
  return { rows, cloud, uniform, ends, random: random ? curveRows(random, kind) : [] };
}

/** How many stages come before the last; each has a line of its best. */
export const earlierStages = (rows: readonly FitnessRow[]): number => rows.reduce((most, row) => Math.max(most, row.best.length), 0);

/** Plain numbers, full precision; what is missing is empty. */
export function fitnessCsv(history: readonly GenerationRecord[], random: RunCurve | null = null): string {
  const stages = history.reduce((most, record) => Math.max(most, record.stageBest.length), 0);
  const head = [
    'generation', 'parent', 'fitness', 'previous_parent_fitness', 'replaced', ...Array.from({ length: stages }, (_, stage) => `best_of_stage_${stage + 1}`),
    'forward_tokens', 'trained_tokens', 'seconds', ...(random ? ['random_search_fitness'] : []),
  ];
  const rows = history.map((record, index) => [
    record.generation, record.parent.id, record.fitness, record.previousParentFitness, record.replaced,
    ...Array.from({ length: stages }, (_, stage) => record.stageBest[stage]),
    record.forwardTokens, record.trainedTokens, record.at, ...(random ? [random.fitness[index]] : []),
  ]);
  return csv([head, ...rows]);
}
