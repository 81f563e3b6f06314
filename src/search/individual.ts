import type { Genome } from '../pruning/level-database.ts';

/** A genome with the id of the candidate that brought it: `generation.candidate`, `47.02`; the first parent is `0.00`. */
export interface Individual {
  readonly id: string;
  readonly genome: Genome;
}

/** With the true parameters of its prunable modules; `cost` where the budget counts something else. */
export interface SizedIndividual extends Individual {
  readonly size: number;
  readonly cost?: number;
}

/** Without its sizes. */
export const plain = ({ id, genome }: Individual): Individual => ({ id, genome });
