import type { RunEvent } from '../run/run-events.ts';

/** Every event of the run that is in force, as it came, for `events.jsonl`. Outside of the store, so that nothing redraws with it. */
export class EventArchive {
  private events: RunEvent[] = [];

  add(event: RunEvent): void {
    if (event.type === 'run-started') this.events = [];
    this.events.push(event);
  }

  /** Takes back what came after the first `count` events. */
  keep(count: number): void {
    this.events.length = Math.min(this.events.length, count);
  }

  /** Some of them, in order. */
  slice(start: number, end?: number): readonly RunEvent[] {
    return this.events.slice(start, end);
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
