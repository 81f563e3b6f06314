/** The rate of a transfer over its last few seconds: steady enough to read, and soon right again after a pause. */
export class TransferRate {
  readonly #window: number;
  readonly #points: { readonly at: number; readonly done: number }[] = [];

  /** `window`: milliseconds. */
  constructor(window = 5000) {
    this.#window = window;
  }

  /** `at`: milliseconds, never less than before; `done`: bytes so far, where fewer than before begin a new count. */
  add(at: number, done: number): void {
    if (done < (this.#points.at(-1)?.done ?? 0)) this.#points.length = 0;
    this.#points.push({ at, done });
    // The newest point older than the window stays, so that the whole window is covered.
    while (at - (this.#points[1]?.at ?? at) >= this.#window) this.#points.shift();
  }

  /** Bytes a second; null before half a second has been seen. */
  get bytesPerSecond(): number | null {
    const [first, last] = [this.#points[0], this.#points.at(-1)];
    if (!first || !last || last.at - first.at < 500) return null;
    return (1000 * (last.done - first.done)) / (last.at - first.at);
  }
}
