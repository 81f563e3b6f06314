import type { GenerationRecord, SearchState } from '../../store/run-state.ts';
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
  readonly parent: number | null;
  /** Where x is for each generation from 0. */
  readonly xOf: readonly number[];
}

const finite = (value: number | undefined): number | null => (value !== undefined && Number.isFinite(value) && value > 0 ? value : null);

/** Trained tokens where any were trained, else tokens of measurement: what the search has cost so far. */
const tokensAt = (history: readonly GenerationRecord[], record: GenerationRecord): number =>
  (history.at(-1)?.trainedTokens ?? 0) > 0 ? record.trainedTokens : record.forwardTokens;

/** Seconds before the first generation ended, in which it ran; the phases before the search do not count. */
function searchBegan(history: readonly GenerationRecord[]): number {
  const [first, last] = [history[0], history.at(-1)];
  if (!first || !last || history.length < 2) return first?.at ?? 0;
  return Math.max(0, first.at - (last.at - first.at) / (history.length - 1));
}

function placesOf(history: readonly GenerationRecord[], kind: XAxisKind): number[] {
  if (kind === 'generation') return [0, ...history.map((record) => record.generation)];
  if (kind === 'tokens') return [0, ...history.map((record) => tokensAt(history, record))];
  const began = searchBegan(history);
  return [0, ...history.map((record) => record.at - began)];
}

/** Generations whose last stage measures on other tokens than before: values do not compare across them. */
export function measureBreaks(changes: SearchState['changes']): ReadonlySet<number> {
  const breaks = changes.filter(({ before, after }) => before.stages && after.stages && changesMeasure(before.stages, after.stages));
  return new Set(breaks.map(({ generation }) => generation));
}

/** What the chart draws, from the records of a search. */
export function fitnessSeries(history: readonly GenerationRecord[], changes: SearchState['changes'], kind: XAxisKind): FitnessSeries {
  const xOf = placesOf(history, kind);
  const breaks = measureBreaks(changes);
  const uniform = finite(history[0]?.previousParentFitness);
  const rows: FitnessRow[] = [{ x: 0, generation: 0, parent: uniform, best: [] }];
  const cloud: number[] = [];
  for (const [index, record] of history.entries()) {
    const x = xOf[index + 1] ?? 0;
    if (breaks.has(record.generation)) {
      // The step before the break ends here; then the line lifts.
      rows.push({ x, generation: record.generation, parent: rows.at(-1)?.parent ?? null, best: [] });
      rows.push({ x, generation: record.generation, parent: null, best: [] });
    }
    rows.push({ x, generation: record.generation, parent: finite(record.fitness), best: record.stageBest.slice(0, -1).map(finite) });
    for (const candidate of record.candidates) {
      const value = finite(candidate.fitness.at(-1));
      if (value !== null) cloud.push(x, value);
    }
  }
  return { rows, cloud, uniform, parent: finite(history.at(-1)?.fitness) ?? uniform, xOf };
}

/** How many stages come before the last; each has a line of its best. */
export const earlierStages = (rows: readonly FitnessRow[]): number => rows.reduce((most, row) => Math.max(most, row.best.length), 0);

/** Plain numbers, full precision; what is missing is empty. */
export function fitnessCsv(history: readonly GenerationRecord[]): string {
  const cell = (value: number | undefined): string => (value === undefined || !Number.isFinite(value) ? '' : String(value));
  const stages = Math.max(0, ...history.map((record) => record.stageBest.length));
  const head = ['generation', 'parent', 'fitness', 'previous_parent_fitness', 'replaced', ...Array.from({ length: stages }, (_, stage) => `best_of_stage_${stage + 1}`), 'forward_tokens', 'trained_tokens', 'seconds'];
  const lines = history.map((record) =>
    [
      record.generation, record.parent.id, cell(record.fitness), cell(record.previousParentFitness), record.replaced,
      ...Array.from({ length: stages }, (_, stage) => cell(record.stageBest[stage])),
      record.forwardTokens, record.trainedTokens, record.at,
    ].join(','),
  );
  return [head.join(','), ...lines].join('\n');
}

