/**
 * Tells how long a computer slept: the time of day goes on meanwhile, and the monotonic clock of most systems does not. (On Windows it
 * does, and the page has to notice.)
 */
export class SleepWatch {
  readonly #day: () => number;
  readonly #monotonic: () => number;
  #ahead = 0;

  /** Both give milliseconds. */
  constructor(day: () => number = () => Date.now(), monotonic: () => number = () => performance.now()) {
    this.#day = day;
    this.#monotonic = monotonic;
    this.begin();
  }

  begin(): void {
    this.#ahead = this.#day() - this.#monotonic();
  }

  /** Slept since `begin`. A clock that was set forward cannot be told from a sleep. */
  get seconds(): number {
    return Math.max(0, this.#day() - this.#monotonic() - this.#ahead) / 1000;
  }
}
