/**
 * Yields what `map` makes of each event of `source` and returns its outcome. A consumer that stops early ends the source
 * too, so that what the source holds is freed.
 */
export async function* mapEvents<From, To, Outcome>(
  source: AsyncIterator<From, Outcome, void>,
  map: (event: From) => Iterable<To> | AsyncIterable<To>,
): AsyncGenerator<To, Outcome> {
  let ended = false;
  try {
    for (;;) {
      const next = await source.next();
      if (next.done === true) {
        ended = true;
        return next.value;
      }
      yield* map(next.value);
    }
  } finally {
    if (!ended) await source.return?.();
  }
}
