import { mapEvents } from '../base/map-events.ts';
import type { ActiveClock } from './active-clock.ts';
import type { Estimator } from './estimator.ts';
import type { Profiler } from './profiler.ts';
import type { Phase, RunEventBody } from './run-events.ts';

/** How far a run's phases are. */
export interface PhaseProgress {
  /** Active seconds of those that are over. */
  readonly phaseSeconds: Partial<Readonly<Record<Phase, number>>>;
  /** When the one that is under way began; null between two. */
  readonly phaseBegan: number | null;
}

/** Frames phases with their events, measures their active seconds and keeps estimate and profile up to date. */
export class PhaseClock {
  readonly seconds: Partial<Record<Phase, number>>;
  private began: number | null;
  private readonly clock: ActiveClock;
  private readonly estimator: Estimator;
  private readonly profiler: Profiler | null;

  /** `before`: goes on from there; the phase that was under way then is told to have begun already. */
  constructor(clock: ActiveClock, estimator: Estimator, profiler: Profiler | null = null, before: PhaseProgress = { phaseSeconds: {}, phaseBegan: null }) {
    this.seconds = { ...before.phaseSeconds };
    this.began = before.phaseBegan;
    this.clock = clock;
    this.estimator = estimator;
    this.profiler = profiler;
  }

  get progress(): PhaseProgress {
    return { phaseSeconds: { ...this.seconds }, phaseBegan: this.began };
  }

  isOver(phase: Phase): boolean {
    return this.seconds[phase] !== undefined;
  }

  /** Passes `work`'s events on between `phase-started` and `phase-finished`; an estimate follows each progress. */
  async *during<Outcome>(phase: Phase, work: AsyncGenerator<RunEventBody, Outcome>): AsyncGenerator<RunEventBody, Outcome> {
    const resumed = this.began !== null;
    const began = (this.began ??= this.clock.seconds);
    this.estimator.begin(phase, this.clock.seconds);
    this.profiler?.begin(phase);
    if (!resumed) yield { type: 'phase-started', phase };
    const outcome = yield* this.estimated(work);
    this.estimator.end(this.clock.seconds);
    this.profiler?.end();
    const seconds = this.clock.seconds - began;
    this.seconds[phase] = seconds;
    this.began = null;
    yield { type: 'phase-finished', phase, seconds };
    if (this.profiler !== null) yield { type: 'profile', profile: this.profiler.profile() };
    return outcome;
  }

  private estimated<Outcome>(work: AsyncGenerator<RunEventBody, Outcome>): AsyncGenerator<RunEventBody, Outcome> {
    const { clock, estimator } = this;
    return mapEvents(work, function* (event): Generator<RunEventBody> {
      yield event;
      if (event.type !== 'phase-progress' || event.phase === 'search') return;
      estimator.advance(event.done / event.total, clock.seconds);
      yield estimator.estimate(clock.seconds);
    });
  }
}
