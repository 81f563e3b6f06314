import type { RunEvent } from '../../run/run-events.ts';
import { packText } from './pack-events.ts';
import { recordEvent } from './record-event.ts';
import type { RunShelf } from './run-shelf.ts';
import type { RunRecord, StoredRun } from './stored-run.ts';

/** Characters after which a piece is left as it is and another begins: until then it is written anew each time. */
const usualPiece = 1 << 17;

/** Writes one run's events into pieces, with what they come to. What could not be written is tried again with what comes next. */
export class RunWriter {
  readonly id: string;
  private record: RunRecord;
  private readonly shelf: RunShelf;
  private readonly longest: number;
  /** Events that are not yet in a piece that stays. */
  private open = '';
  private index = 0;
  /** Bytes of the pieces that stay. */
  private bytes = 0;

  constructor(shelf: RunShelf, id: string, record: RunRecord, longest = usualPiece) {
    this.shelf = shelf;
    this.id = id;
    this.record = record;
    this.longest = longest;
  }

  /** The run as it is stored now; null where somebody deleted it. Throws what the shelf throws. */
  async append(events: readonly RunEvent[]): Promise<StoredRun | null> {
    this.record = events.reduce(recordEvent, this.record);
    this.open += events.map((event) => `${JSON.stringify(event)}\n`).join('');
    return await this.write();
  }

  /** Its end where the engine says none. */
  async end(): Promise<StoredRun | null> {
    this.record = { ...this.record, state: 'stopped' };
    return await this.write();
  }

  get generations(): number {
    return this.record.curve.fitness.length;
  }

  private async write(): Promise<StoredRun | null> {
    const text = this.open;
    const bytes = await packText(text);
    const stored = await this.shelf.write(this.id, this.record, { index: this.index, bytes }, this.bytes + bytes.length);
    if (text.length < this.longest) return stored;
    this.open = this.open.slice(text.length);
    this.bytes += bytes.length;
    this.index++;
    return stored;
  }
}
