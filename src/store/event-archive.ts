import type { RunEvent } from '../run/run-events.ts';

/** Every event of the run as it came, for `events.jsonl`. Outside of the store, so that nothing redraws with it. */
export class EventArchive {
  private events: RunEvent[] = [];

  add(event: RunEvent): void {
    if (event.type === 'run-started') this.events = [];
    this.events.push(event);
  }

  get count(): number {
    return this.events.length;
  }

  /** One event a line, in pieces of bounded size: a long run has many thousand. */
  *lines(): Generator<string, void> {
    const piece = 1000;
    for (let start = 0; start < this.events.length; start += piece) {
      yield this.events.slice(start, start + piece).map((event) => `${JSON.stringify(event)}\n`).join('');
    }
  }
}
