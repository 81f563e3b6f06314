/** Appends to immutable lists: copies a list the first time, then grows the copy in place. */
export type Append = <T>(list: readonly T[], item: T) => readonly T[];

/**
 * An {@link Append} for one batch of events. Lists that it returned belong to the batch until the batch is published, so
 * a batch of n events costs one copy of each list and not n. Use a fresh one for each batch.
 */
export function createAppend(): Append {
  const owned = new WeakMap<object, unknown[]>();
  return <T>(list: readonly T[], item: T): readonly T[] => {
    const mine = owned.get(list);
    if (mine) {
      mine.push(item);
      return list;
    }
    const copy = [...list, item];
    owned.set(copy, copy);
    return copy;
  };
}
