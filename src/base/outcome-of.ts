/** Pulls a generator to its end, whose events nobody hears, and gives what it returns. Throws what it throws. */
export async function outcomeOf<Outcome>(events: AsyncGenerator<unknown, Outcome>): Promise<Outcome> {
  for (;;) {
    const next = await events.next();
    if (next.done === true) return next.value;
  }
}
