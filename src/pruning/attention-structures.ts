import type { Granularity } from './level-database.ts';

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
  /** Query heads of each structure, which are neighbours in the output projection. */
  readonly sizes: readonly number[];
  /** The heads that remain when these structures, sorted, are kept. */
  keep(structures: ArrayLike<number>): KeptHeads;
}

/**
 * Structures of an attention with these query heads for each KV head, in order: single query heads, where a KV head goes
 * with its last query head, or whole KV groups, each of its own size.
 */
export function attentionStructures(queryGroups: readonly number[], granularity: Granularity): AttentionStructures {
  const groupOf = queryGroups.flatMap((size, group) => Array.from({ length: size }, () => group));
  const sizes = granularity === 'kv-group' ? queryGroups : groupOf.map(() => 1);
  const starts = sizes.map((_, structure) => sizes.slice(0, structure).reduce((sum, size) => sum + size, 0));
  const keep = (structures: ArrayLike<number>): KeptHeads => {
    const heads = Array.from(structures).flatMap((structure) => {
      const start = starts[structure];
      if (start === undefined) throw new RangeError(`no structure ${structure} of ${sizes.length}`);
      return Array.from({ length: sizes[structure] ?? 0 }, (_, head) => start + head);
    });
    const counts = new Map<number, number>();
    for (const head of heads) {
      const group = groupOf[head];
      if (group === undefined) throw new RangeError(`no query head ${head}`);
      counts.set(group, (counts.get(group) ?? 0) + 1);
    }
    return { heads, kvHeads: [...counts.keys()], queryGroups: [...counts.values()] };
  };
  return { sizes, keep };
}
