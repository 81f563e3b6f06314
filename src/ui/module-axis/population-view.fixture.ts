import type { GenerationRecord, SearchState } from '../../store/run-state.ts';

const parent = (id: string, genome: readonly number[]) => ({ id, genome, size: 0 });

function record(generation: number, winner: string, genome: readonly number[], from = parent('uniform', [1, 1])): GenerationRecord {
  return {
    generation,
    from,
    parent: parent(winner, genome),
    fitness: 2 / (generation + 1),
    previousParentFitness: 2 / generation,
    replaced: true,
    stageBest: [1, 1],
    candidates: [
      { id: `${generation}.01`, genome, changed: [0], fitness: [1.2, 1], losses: [] },
      { id: `${generation}.02`, genome, changed: [0], fitness: [1.3], losses: [] },
    ],
    forwardTokens: 0,
    trainedTokens: 0,
    at: generation,
  };
}

/** A search of two modules in its second generation, for tests. */
export function initialSearch({ generation, closed }: { readonly generation: number; readonly closed: boolean }): SearchState {
  const first = record(1, '1.01', [0, 2]);
  const second = record(2, '2.02', [0, 1], first.parent);
  return {
    strategy: 'evolution',
    unit: 'parameters',
  dense: 0, least: 0, most: 0, tolerance: 0,
    uniform: parent('uniform', [1, 1]),
    parent: closed ? second.parent : first.parent,
    from: first.parent,
    generation,
    generations: 4,
    stages: [],
    stage: 0,
    candidates: [],
    parentFitness: 1,
    history: closed ? [first, second] : [first],
    savedTokens: 0,
    changes: [],
    chosen: [],
    finished: false,
    stopped: false,
  };
}
