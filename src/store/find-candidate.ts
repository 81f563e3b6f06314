import type { Parent } from '../run/run-events.ts';
import type { CandidateRecord, CandidateState, GenerationRecord, SearchState } from './run-state.ts';

/** A candidate of a run, of whichever generation. */
export interface FoundCandidate extends CandidateRecord {
  readonly generation: number;
  /** What it was mutated from; null for the genome that the search began with. */
  readonly from: Parent | null;
  /** While its generation runs. */
  readonly running: CandidateState | null;
  /** Of its generation, once that is over. */
  readonly record: GenerationRecord | null;
}

/** The generation that an id names. */
export const generationOf = (id: string): number => Number(id.split('.')[0]);

/** The record of a finished generation. */
export function recordOf(history: readonly GenerationRecord[], generation: number): GenerationRecord | null {
  const expected = history[generation - 1];
  if (expected?.generation === generation) return expected;
  return history.find((record) => record.generation === generation) ?? null;
}

/** The candidate of that id as far as the run knows it; null where it knows none. */
export function findCandidate(search: Pick<SearchState, 'uniform' | 'from' | 'generation' | 'candidates' | 'history'>, id: string): FoundCandidate | null {
  const generation = generationOf(id);
  if (id === search.uniform.id) {
    const { size: _size, ...start } = search.uniform;
    return { ...start, generation, changed: [], fitness: [], losses: [], from: null, running: null, record: null };
  }
  const record = recordOf(search.history, generation);
  const kept = record?.candidates.find((candidate) => candidate.id === id);
  if (record && kept) return { ...kept, generation, from: record.from, running: null, record };
  const running = generation === search.generation ? search.candidates.find((candidate) => candidate.id === id) : undefined;
  return running ? { ...running, generation, from: search.from, running, record: null } : null;
}
