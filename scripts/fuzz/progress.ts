import type { Run } from './run-input.ts';

/** What a worker is to do. */
export interface Job {
  readonly name: string;
  readonly seed: number;
  /** Numbers of inputs, `[from, to)`. */
  readonly from: number;
  readonly to: number;
  readonly memory: SharedArrayBuffer;
}

/** Places in the shared memory, of 8 bytes each. */
const PLACES = ['current', 'begun', 'read', 'refused', 'failed', 'slowest', 'slowestAt', 'largest', 'largestAt', 'finished'] as const;
type PlaceName = (typeof PLACES)[number];

/** What has become of the inputs of one parser, shared between the worker and who watches it. */
export class Progress {
  readonly memory: SharedArrayBuffer;
  readonly #values: Float64Array;

  constructor(memory = new SharedArrayBuffer(8 * PLACES.length)) {
    this.memory = memory;
    this.#values = new Float64Array(memory);
  }

  get(place: PlaceName): number {
    return this.#values[PLACES.indexOf(place)] ?? 0;
  }

  #set(place: PlaceName, value: number): void {
    this.#values[PLACES.indexOf(place)] = value;
  }

  begin(number: number): void {
    this.#set('current', number);
    this.#set('begun', this.get('begun') + 1);
  }

  end(number: number, { outcome, milliseconds, bytes }: Pick<Run, 'outcome' | 'milliseconds' | 'bytes'>): void {
    this.#set(outcome, this.get(outcome) + 1);
    if (milliseconds > this.get('slowest')) {
      this.#set('slowest', milliseconds);
      this.#set('slowestAt', number);
    }
    if (bytes > this.get('largest')) {
      this.#set('largest', bytes);
      this.#set('largestAt', number);
    }
  }

  finish(): void {
    this.#set('finished', 1);
  }
}
