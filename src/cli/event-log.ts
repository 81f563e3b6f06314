import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import type { RunEvent } from '../run/run-events.ts';

/** A file that gets every event of a run as a line. */
export class EventLog {
  readonly path: string;
  readonly #stream: WriteStream;

  private constructor(path: string) {
    this.path = path;
    this.#stream = createWriteStream(path);
  }

  /** Writes the file anew, with the lines that a run told before it was cut off. */
  static async begin(path: string, before: AsyncIterable<string>): Promise<EventLog> {
    const log = new EventLog(path);
    for await (const line of before) await log.#line(line);
    return log;
  }

  /** Returns when the disk can take more, so that a process that is killed has written what it told. */
  async write(event: RunEvent): Promise<void> {
    await this.#line(JSON.stringify(event));
  }

  async #line(line: string): Promise<void> {
    if (!this.#stream.write(`${line}\n`)) await once(this.#stream, 'drain');
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.#stream.end(resolve));
  }
}
