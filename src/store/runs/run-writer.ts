import { nextTask } from '../../base/next-task.ts';
import { tellShare, type Waiting } from '../../base/waiting.ts';
import type { RunEvent } from '../../run/run-events.ts';
import { packText } from './pack-events.ts';
import { beginRecord, recordEvents } from './record-event.ts';
import { sizeOf, type RunShelf } from './run-shelf.ts';
import type { RunRecord, StoredRun } from './stored-run.ts';

/** Characters after which a piece is left as it is and another begins: until then it is written anew each time. */
const usualPiece = 1 << 17;
/** Events that are made a text at once: the page answers between. */
const sliceEvents = 500;

const linesOf = (events: readonly RunEvent[]): string => events.map((event) => `${JSON.stringify(event)}\n`).join('');

interface PackedRun {
  /** What its events come to. */
  readonly record: RunRecord;
  readonly pieces: readonly Uint8Array<ArrayBuffer>[];
  /** Text of the last piece where more may be written into it; else empty. */
  readonly open: string;
}

/** A whole run as it is stored. Throws why nobody waits any longer. */
export async function packRun(events: readonly RunEvent[], waiting?: Waiting, longest = usualPiece): Promise<PackedRun> {
  const [first] = events;
  if (first?.type !== 'run-started') throw new TypeError('a run begins with run-started');
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let record = beginRecord(first);
  let open = '';
  for (let start = 0; start < events.length; start += sliceEvents) {
    tellShare(waiting, start / events.length);
    const slice = events.slice(start, start + sliceEvents);
    record = recordEvents(record, slice);
    open += linesOf(slice);
    await nextTask();
    if (open.length < longest) continue;
    pieces.push(await packText(open));
    open = '';
  }
  tellShare(waiting, 1);
  return { record, pieces: open === '' ? pieces : [...pieces, await packText(open)], open };
}

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
    this.record = recordEvents(this.record, events);
    this.open += linesOf(events);
    return await this.write();
  }

  /** Writes the run anew from its beginning: what was written before is taken back. Null and throws as {@link append}; then it is to be called again. */
  async rewrite(events: readonly RunEvent[]): Promise<StoredRun | null> {
    const { record, pieces, open } = await packRun(events, undefined, this.longest);
    const stored = await this.shelf.rewrite(this.id, record, pieces);
    const stay = open === '' ? pieces : pieces.slice(0, -1);
    this.record = record;
    this.open = open;
    this.index = stay.length;
    this.bytes = sizeOf(stay);
    return stored;
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
