/** Seconds during which the run was being worked on: pauses do not count. */
export class ActiveClock {
  private elapsed = 0;
  private since: number | null = null;
  private readonly now: () => number;

  /** `now` gives milliseconds of a monotonic clock. */
  constructor(now: () => number = () => performance.now()) {
    this.now = now;
  }

  resume(): void {
    this.since ??= this.now();
  }

  pause(): void {
    this.elapsed = this.seconds * 1000;
    this.since = null;
  }

  /** Takes up where another clock stood. */
  goOnFrom(seconds: number): void {
    this.elapsed = seconds * 1000;
    if (this.since !== null) this.since = this.now();
  }

  /** Takes back time that passed but was not worked in: a computer that slept. */
  forget(seconds: number): void {
    this.elapsed -= Math.min(seconds, this.seconds) * 1000;
  }

  get seconds(): number {
    return (this.elapsed + (this.since === null ? 0 : this.now() - this.since)) / 1000;
  }
}
