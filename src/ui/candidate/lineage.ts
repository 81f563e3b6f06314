import { findCandidate, type FoundCandidate } from '../../store/find-candidate.ts';
import type { SearchState } from '../../store/run-state.ts';

/** A changed module; lower levels keep more. */
export interface Change {
  readonly module: number;
  readonly keepsMore: boolean;
}

/** One parent in the line from a candidate back to the start. */
export interface Ancestor {
  readonly id: string;
  readonly generation: number;
  readonly changes: readonly Change[];
  /** In the generation in which it won; null where it did not win but was chosen. */
  readonly fitness: number | null;
  /** From the parent before, measured on the same text in the same generation. */
  readonly step: number | null;
  /** Made the parent by the user. */
  readonly chosen: boolean;
}

/** The modules at which a candidate differs from what it was mutated from. */
export const changesOf = ({ genome, changed, from }: Pick<FoundCandidate, 'genome' | 'changed' | 'from'>): Change[] =>
  changed.map((module) => ({ module, keepsMore: (genome[module] ?? 0) < (from?.genome[module] ?? 0) }));

/** The parents from which a candidate descends, the newest first, without the start. Random search has no lines. */
export function lineageOf(search: SearchState, candidate: FoundCandidate): readonly Ancestor[] {
  if (search.strategy !== 'evolution') return [];
  const chosen = new Set(search.chosen.map(({ parent }) => parent.id));
  const line: Ancestor[] = [];
  let [next, below] = [candidate.from, candidate.generation];
  while (next && next.id !== search.uniform.id) {
    const found = findCandidate(search, next.id);
    // A child's generation is above its parent's, so the line ends; in a file that somebody handed in it may not be.
    if (!found || found.generation >= below) break;
    const { record, id, generation } = found;
    const won = record?.replaced === true && record.parent.id === id ? record : null;
    line.push({ id, generation, changes: changesOf(found), fitness: won?.fitness ?? null, step: won ? won.fitness - won.previousParentFitness : null, chosen: chosen.has(id) });
    [next, below] = [found.from, generation];
  }
  return line;
}
