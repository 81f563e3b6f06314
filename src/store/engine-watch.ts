/** Milliseconds between two questions to the engine whether it is there. */
const askEvery = 10_000;
/** Looks after which an engine that has not answered counts as silent: a minute. Timers of a hidden tab are slower, those of a frozen one stand still as its engine does. */
const patience = 6;

/**
 * Notices an engine whose thread is in a computation that does not end: nothing else tells of it. One that is only busy for long
 * answers in the end.
 */
export class EngineWatch {
  private readonly ask: () => void;
  private readonly tell: (silentSince: number | null) => void;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private asked = false;
  private looks = 0;
  private heardAt = 0;
  private silent = false;

  /** `ask`: sends what the engine answers at once. `tell`: hears since when it has been silent (milliseconds since 1970), or null once it answers. */
  constructor(ask: () => void, tell: (silentSince: number | null) => void) {
    this.ask = ask;
    this.tell = tell;
  }

  /** The engine said something; it is watched from then on. */
  heard(): void {
    [this.asked, this.looks, this.heardAt] = [false, 0, Date.now()];
    this.timer ??= setTimeout(() => this.look(), askEvery);
    this.say(false);
  }

  /** There is no engine to be watched. */
  end(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.say(false);
  }

  private look(): void {
    const given = this.asked && ++this.looks >= patience;
    this.timer = given ? null : setTimeout(() => this.look(), askEvery);
    if (given) this.say(true);
    else if (!this.asked) {
      this.asked = true;
      this.ask();
    }
  }

  private say(silent: boolean): void {
    if (silent === this.silent) return;
    this.silent = silent;
    this.tell(silent ? this.heardAt : null);
  }
}
