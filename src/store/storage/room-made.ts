/** Tells whoever could not write that there is room again. */

const listeners = new Set<() => void>();

/** Returns a function that ends it. */
export function onRoomMade(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function tellRoomMade(): void {
  for (const listener of listeners) listener();
}
