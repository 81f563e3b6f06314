/** How a layer's query groups become groups of one size, which grouped-query attention and llama.cpp need. */
export interface Regrouping {
  /** Query heads of every new KV head. */
  readonly size: number;
  /** For each new KV head, the old one that it copies. */
  readonly kvHeads: readonly number[];
  /** For each new query head, the old one, or null for a head of zeros (rows in q, its bias, and columns in o). */
  readonly queryHeads: readonly (number | null)[];
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Rows of head_dim x hidden that q, o, k and v have after regrouping to `size`. */
const rowsAt = (groups: readonly number[], size: number): number => sum(groups.map((group) => Math.ceil(group / size))) * (2 + 2 * size);

/** The size with the fewest rows; of equals the larger, because its cache is smaller. */
function bestSize(groups: readonly number[]): number {
  const sizes = Array.from({ length: Math.max(...groups) }, (_, index) => index + 1);
  return sizes.reduce((best, size) => (rowsAt(groups, size) <= rowsAt(groups, best) ? size : best));
}

/**
 * Regroups query heads without changing what the layer computes: KV head `j` with `s` query heads becomes `ceil(s / size)`
 * copies of it, and what is missing to whole groups are query heads of zeros. Equal groups stay as they are.
 *
 * @param groups query heads of each KV head, in order; none is 0. Throws RangeError where one is, or where there is none.
 */
export function regroup(groups: readonly number[]): Regrouping {
  if (groups.length === 0 || groups.some((group) => !(group > 0))) throw new RangeError(`no query groups: [${groups.join(', ')}]`);
  const size = bestSize(groups);
  const kvHeads: number[] = [];
  const queryHeads: (number | null)[] = [];
  let first = 0;
  for (const [head, group] of groups.entries()) {
    const copies = Math.ceil(group / size);
    for (let copy = 0; copy < copies; copy++) kvHeads.push(head);
    for (let query = 0; query < copies * size; query++) queryHeads.push(query < group ? first + query : null);
    first += group;
  }
  return { size, kvHeads, queryHeads };
}
