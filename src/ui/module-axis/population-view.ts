import type { Genome } from '../../pruning/level-database.ts';
import type { Parent } from '../../run/run-events.ts';
import { recordOf } from '../../store/find-candidate.ts';
import type { CandidateState, GenerationRecord, SearchState } from '../../store/run-state.ts';

/** A candidate as the population shows it, of the running generation or of a finished one. */
export type ShownCandidate = Omit<CandidateState, 'size'>;

/** One generation, ready to be laid out. */
export interface PopulationView {
  readonly generation: number;
  /** False where a finished generation is looked back at. */
  readonly live: boolean;
  readonly parent: Parent;
  readonly parentFitness: number | null;
  /** What candidates are compared with: the genome that they were mutated from. */
  readonly baseline: Parent;
  readonly candidates: readonly ShownCandidate[];
}

const shown = new WeakMap<GenerationRecord, readonly ShownCandidate[]>();

function candidatesOf(record: GenerationRecord): readonly ShownCandidate[] {
  const known = shown.get(record);
  if (known) return known;
  const made = record.candidates.map((candidate): ShownCandidate => {
    const won = record.replaced && candidate.id === record.parent.id;
    return { ...candidate, status: won ? 'measured' : 'eliminated', stage: candidate.dropped?.stage ?? Math.max(0, candidate.fitness.length - 1), progress: 1 };
  });
  shown.set(record, made);
  return made;
}

/** The generation that is running, or the finished one that is being viewed. */
export function populationView(search: SearchState, viewing: number | null): PopulationView {
  const record = viewing === null ? null : recordOf(search.history, viewing);
  if (record) {
    return {
      generation: record.generation,
      live: false,
      parent: record.from,
      parentFitness: record.previousParentFitness,
      baseline: record.from,
      candidates: candidatesOf(record),
    };
  }
  return {
    generation: search.generation,
    live: true,
    parent: search.parent,
    parentFitness: search.parentFitness,
    baseline: search.from,
    candidates: search.candidates,
  };
}

/** The last measured fitness of a candidate and the one before it; null where there is none. A dropped one has none of its last stage. */
export function measuredFitness({ fitness }: Pick<ShownCandidate, 'fitness'>): { readonly value: number | null; readonly previous: number | null } {
  return { value: fitness.at(-1) ?? null, previous: fitness.at(-2) ?? null };
}

/** Lower levels keep more. */
export const keepsMore = (genome: Genome, baseline: Genome, module: number): boolean =>
  (genome[module] ?? 0) < (baseline[module] ?? 0);
