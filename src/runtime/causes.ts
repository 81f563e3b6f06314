/**
 * An error and all that it comes from, nearest first: its cause, and of errors of errors each one. Of two that `using` put together, the
 * suppressed one was there first. Each once, also where they go in circles.
 */
export function* causes(error: unknown): Generator<object, void> {
  const seen = new Set<object>();
  const waiting = [error];
  while (waiting.length > 0) {
    const next = waiting.shift();
    if (typeof next !== 'object' || next === null || seen.has(next)) continue;
    seen.add(next);
    yield next;
    const { cause, suppressed, error: later, errors } = next as Readonly<Record<string, unknown>>;
    waiting.push(cause, suppressed, later, ...(Array.isArray(errors) ? (errors as unknown[]) : []));
  }
}

/** What an error says; nothing where it says nothing. */
export function messageOf(error: object): string {
  return 'message' in error ? String(error.message) : '';
}
