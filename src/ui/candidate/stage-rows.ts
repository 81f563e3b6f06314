import type { Stage } from '../../run/run-config.ts';
import type { FoundCandidate } from '../../store/find-candidate.ts';
import type { CandidateState, Dropped, SearchState } from '../../store/run-state.ts';
import { failedIn } from '../format/failed-words.ts';

/** How a candidate fared in one stage. */
export interface StageRow {
  /** Index from 0. */
  readonly stage: number;
  readonly trainedOn: number;
  readonly testedOn: number;
  /** Infinity where it failed; null where it was not measured. */
  readonly fitness: number | null;
  /** Training loss at the first and the last step, each on its own batch. */
  readonly loss: readonly [first: number, last: number] | null;
  /** The fitness of the last that went on; null where the stage is open, or where nobody was measured. */
  readonly cut: number | null;
  /** Whether some of the stage are still to be measured. */
  readonly open: boolean;
  /** From 1, of as many as were measured; null where it was not. */
  readonly rank: number | null;
  /** Where it was given up while it was measured. */
  readonly dropped: Dropped | null;
  /** "failed: …" where its measurement was worth nothing. */
  readonly failed: string | null;
  readonly of: number;
}

/** What a stage measured. */
interface Measured {
  readonly values: readonly number[];
  readonly open: boolean;
}

const reached = (candidates: readonly Pick<CandidateState, 'fitness'>[], stage: number): number[] =>
  candidates.flatMap(({ fitness }) => (fitness[stage] === undefined ? [] : [fitness[stage]]));

/** The values of a stage, the parent's among those of the last. */
function measuredIn(search: SearchState, { record, running }: FoundCandidate, stage: number, last: boolean): Measured {
  if (record) return { values: [...reached(record.candidates, stage), ...(last ? [record.previousParentFitness] : [])], open: false };
  return { values: reached(search.candidates, stage), open: running === null || last || search.stage <= stage };
}

/** The stages of a candidate's generation, and how it fared in each; `stages`: those of its generation. */
export function stageRows(search: SearchState, candidate: FoundCandidate, stages: readonly Stage[]): readonly StageRow[] {
  return stages.map(({ trainingTokens, fitnessTokens, survivors }, stage) => {
    const fitness = candidate.fitness[stage] ?? null;
    const { values, open } = measuredIn(search, candidate, stage, stage === stages.length - 1);
    const sorted = values.toSorted((a, b) => (a === b ? 0 : a - b));
    return {
      stage,
      trainedOn: trainingTokens,
      testedOn: fitnessTokens,
      fitness,
      loss: candidate.losses[stage] ?? null,
      cut: open ? null : (sorted[Math.min(survivors, sorted.length) - 1] ?? null),
      open,
      rank: fitness === null ? null : sorted.filter((value) => value < fitness).length + 1,
      dropped: candidate.dropped?.stage === stage ? candidate.dropped : null,
      failed: failedIn(candidate.failed, stage),
      of: values.length,
    };
  });
}
