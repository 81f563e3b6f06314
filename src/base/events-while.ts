/**
 * Yields what `work` reports through its callback while it goes on, then returns its outcome.
 * Turns callback progress into a stream that can be pulled.
 */
export async function* eventsWhile<Event, Outcome>(
  work: (report: (event: Event) => void) => Promise<Outcome>,
): AsyncGenerator<Event, Outcome> {
  const queue: Event[] = [];
  let wake: () => void = () => {};
  let settled = false;
  const outcome = work((event) => {
    queue.push(event);
    wake();
  }).finally(() => {
    settled = true;
    wake();
  });
  // The outcome is awaited below; until then a rejection must not count as unhandled.
  outcome.catch(() => {});
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
}
