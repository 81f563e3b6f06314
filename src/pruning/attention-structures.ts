import type { Granularity } from './level-database.ts';
import { UnequalGroupsError } from './pruning-errors.ts';

/** What of an attention module remains; indices are those of the dense model, sorted. */
export interface KeptHeads {
  readonly heads: number[];
  /** KV heads with at least one kept query head. */
  readonly kvHeads: number[];
  /** Query heads of each kept KV head. */
  readonly queryGroups: number[];
}

/** The structures that an attention module is pruned by. */
export interface AttentionStructures {
  readonly count: number;
  /** Query heads of one structure, which are neighbours in the output projection. */
  readonly headsPerStructure: number;
  /** The heads that remain when these structures, sorted, are kept. */
  keep(structures: ArrayLike<number>): KeptHeads;
}

/**
 * Structures of an attention with these query heads for each KV head, in order: single query heads, where a KV head goes
 * with its last query head, or whole KV groups. Throws {@link UnequalGroupsError} for groups of unequal size taken whole.
 */
export function attentionStructures(queryGroups: readonly number[], granularity: Granularity): AttentionStructures {
  const groupOf = queryGroups.flatMap((size, group) => Array.from({ length: size }, () => group));
  const size = granularity === 'kv-group' ? (queryGroups[0] ?? 0) : 1;
  if (granularity === 'kv-group' && queryGroups.some((other) => other !== size)) throw new UnequalGroupsError(queryGroups);
  const keep = (structures: ArrayLike<number>): KeptHeads => {
    const heads = Array.from(structures).flatMap((structure) => Array.from({ length: size }, (_, head) => structure * size + head));
    const counts = new Map<number, number>();
    for (const head of heads) {
      const group = groupOf[head];
      if (group === undefined) throw new RangeError(`no query head ${head}`);
      counts.set(group, (counts.get(group) ?? 0) + 1);
    }
    return { heads, kvHeads: [...counts.keys()], queryGroups: [...counts.values()] };
  };
  return { count: size === 0 ? 0 : groupOf.length / size, headsPerStructure: size, keep };
}
