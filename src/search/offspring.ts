import type { Random } from '../base/random.ts';
import { randomFor } from '../base/random.ts';
import type { Genome } from '../pruning/level-database.ts';

/** Draws for one offspring after which the space is taken to be exhausted. */
const MAX_TRIES = 200;

export interface OffspringRequest {
  readonly seed: number;
  /** What the draws are for, so that strategies do not share streams. */
  readonly purpose: 'mutation' | 'random-search';
  readonly generation: number;
  readonly parent: Genome;
  readonly count: number;
  /** One draw; null where it led nowhere. */
  readonly draw: (random: Random) => Genome | null;
}

/**
 * Up to `count` genomes, no two equal and none equal to the parent. Offspring `n` (from 1) draws from the streams
 * `(seed, purpose, generation, n, try)`. Fewer come back where 200 draws for one offspring bring nothing new: the feasible
 * neighbourhood is (nearly) exhausted then, and the caller sees it by the length.
 */
export function drawOffspring({ seed, purpose, generation, parent, count, draw }: OffspringRequest): Genome[] {
  const seen = new Set([parent.join()]);
  const offspring: Genome[] = [];
  for (let number = 1; number <= count; number++) {
    const found = firstNew(seen, (attempt) => draw(randomFor(seed, purpose, generation, number, attempt)));
    if (!found) break;
    seen.add(found.join());
    offspring.push(found);
  }
  return offspring;
}

function firstNew(seen: ReadonlySet<string>, draw: (attempt: number) => Genome | null): Genome | null {
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const genome = draw(attempt);
    if (genome && !seen.has(genome.join())) return genome;
  }
  return null;
}
