import type { CandidateRecord, GenerationRecord } from '../../store/run-state.ts';

export const candidateOf = (id: string, genome: readonly number[], changed: readonly number[], fitness: readonly number[]): CandidateRecord => ({ id, genome, changed, fitness, losses: [] });

/** A generation of two stages that began with a genome and ended with a candidate's, or with its own where none won. */
export function generationOf(generation: number, from: readonly number[], candidates: readonly CandidateRecord[], winner: string | null, fitness: readonly [before: number, after: number] = [1, 0.75]): GenerationRecord {
  const parent = { id: `${generation - 1}.01`, genome: from, size: 0 };
  const won = candidates.find(({ id }) => id === winner);
  return {
    generation,
    from: parent,
    parent: won ? { id: won.id, genome: won.genome, size: 0 } : parent,
    previousParentFitness: fitness[0],
    fitness: fitness[1],
    replaced: won !== undefined,
    stageBest: [1, fitness[1]],
    candidates,
    forwardTokens: 0,
    trainedTokens: 0,
    at: generation,
  };
}
