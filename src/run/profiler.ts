import type { Runtime, RuntimeWork } from '../runtime/runtime.ts';
import type { ActiveClock } from './active-clock.ts';
import type { Phase } from './phases.ts';
import { addProfiles, type PhaseProfile, type RunProfile } from './run-profile.ts';
import type { TokenCount } from './search-events.ts';
import { addWork, noWork, onceSeconds, programSeconds, workBetween } from './work-between.ts';

/** Counters at one moment. */
interface Moment extends TokenCount {
  /** Active. */
  readonly seconds: number;
  readonly flop: number;
  readonly programSeconds: number;
}

/** What counts FLOP and tokens once a model is there. */
export interface ModelCounters {
  /** FLOP of the model's programs so far. */
  readonly flop: () => number;
  readonly tokens: () => TokenCount;
}

const none: ModelCounters = { flop: () => 0, tokens: () => ({ forward: 0, trained: 0 }) };

/**
 * Where a run's time goes. While the run rests, between two pulls of its events, others may use its runtime (samples are written
 * then): that is not counted, as the clock stands still meanwhile.
 */
export class Profiler {
  /** Float32 FLOP/s of the matmul probe. */
  peakFlops: number | null = null;
  readonly #runtime: Runtime;
  readonly #clock: ActiveClock;
  #counters = none;
  /** FLOP of what is no program, the cutting of levels. */
  #otherFlop = 0;
  /** Of all stretches that have ended. */
  #before: RuntimeWork = noWork;
  /** Where the present stretch began. */
  #since: RuntimeWork;
  readonly #phases = new Map<Phase, PhaseProfile & { readonly hostSeconds: number }>();
  #open: { readonly phase: Phase; readonly began: Moment } | null = null;

  readonly #earlier: RunProfile | null;

  /** `earlier`: of the run before it was cut off. */
  constructor(runtime: Runtime, clock: ActiveClock, earlier: RunProfile | null = null) {
    this.#earlier = earlier;
    this.#runtime = runtime;
    this.#clock = clock;
    this.#since = runtime.work();
  }

  /** What the runtime does from here on is not the run's. */
  rest(): void {
    this.#before = this.#work();
    this.#since = this.#runtime.work();
  }

  resume(): void {
    this.#since = this.#runtime.work();
  }

  /** Takes the counters of a model, before the first phase that they count. */
  watch(counters: ModelCounters): void {
    this.#counters = counters;
  }

  /** FLOP that no program computed. */
  add(flop: number): void {
    this.#otherFlop += flop;
  }

  begin(phase: Phase): void {
    this.#open = { phase, began: this.#now() };
  }

  end(): void {
    const ended = this.#openPhase();
    if (ended !== null) this.#phases.set(ended.phase, ended);
    this.#open = null;
  }

  /** Seconds of this runtime so far for what is not done again; see {@link onceSeconds}. */
  get onceSeconds(): number {
    return onceSeconds(this.#runtime.work());
  }

  profile(): RunProfile {
    const now = this.#sinceHere();
    return this.#earlier === null ? now : addProfiles(this.#earlier, now);
  }

  #sinceHere(): RunProfile {
    const { programs, uploads, uploadedBytes, readbacks, readBytes } = this.#work();
    const open = this.#openPhase();
    const phases = [...this.#phases.values(), ...(open === null ? [] : [open])];
    return {
      phases: phases.map(({ phase, seconds, flop, forwardTokens, trainedTokens }) => ({ phase, seconds, flop, forwardTokens, trainedTokens })),
      programs: [...programs].map(([name, { runs, seconds, gpuSeconds }]) => ({ name, runs, seconds, gpuSeconds })).toSorted((a, b) => b.seconds - a.seconds),
      traffic: { uploads, uploadedBytes, readbacks, readBytes },
      hostSeconds: phases.reduce((sum, { hostSeconds }) => sum + hostSeconds, 0),
      peakFlops: this.peakFlops,
      memory: this.#runtime.live(),
    };
  }

  #work(): RuntimeWork {
    return addWork(this.#before, workBetween(this.#since, this.#runtime.work()));
  }

  #now(): Moment {
    const { forward, trained } = this.#counters.tokens();
    return { forward, trained, seconds: this.#clock.seconds, flop: this.#counters.flop() + this.#otherFlop, programSeconds: programSeconds(this.#work()) };
  }

  /** The database is cut by workers: what this thread waits for there is not the host's time. */
  #openPhase(): (PhaseProfile & { readonly hostSeconds: number }) | null {
    if (this.#open === null) return null;
    const { phase, began } = this.#open;
    const now = this.#now();
    const seconds = now.seconds - began.seconds;
    const outside = Math.max(0, seconds - (now.programSeconds - began.programSeconds));
    return {
      phase,
      seconds,
      flop: now.flop - began.flop,
      forwardTokens: now.forward - began.forward,
      trainedTokens: now.trained - began.trained,
      hostSeconds: phase === 'database' ? 0 : outside,
    };
  }
}
