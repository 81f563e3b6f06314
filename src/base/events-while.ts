/**
 * Yields what `work` reports through its callback while it goes on, then returns its outcome.
 * Turns callback progress into a stream that can be pulled. A consumer that stops early aborts the signal; `awaited`: and waits until the
 * work has ended, so that it uses nothing that is freed then.
 */
export async function* eventsWhile<Event, Outcome>(
  work: (report: (event: Event) => void, signal: AbortSignal) => Promise<Outcome>,
  { awaited = false }: { readonly awaited?: boolean } = {},
): AsyncGenerator<Event, Outcome> {
  const cancel = new AbortController();
  const queue: Event[] = [];
  let wake: () => void = () => {};
  let settled = false;
  const outcome = work((event) => {
    queue.push(event);
    wake();
  }, cancel.signal).finally(() => {
    settled = true;
    wake();
  });
  // The outcome is awaited below; until then a rejection must not count as unhandled.
  outcome.catch(() => {});
  try {
    while (!settled || queue.length > 0) {
      const event = queue.shift();
      if (event !== undefined) yield event;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (settled) resolve();
        });
    }
    return await outcome;
  } finally {
    cancel.abort();
    if (awaited) await outcome.catch(() => {});
  }
}
