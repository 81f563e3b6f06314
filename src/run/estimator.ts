import type { ExpectedCosts } from './expected-costs.ts';
import { GenerationPace, type DenseFill, type StageWork } from './generation-pace.ts';
import { phases, type Phase, type RunEventBody } from './run-events.ts';

/** Share of the matmul probe's FLOP/s that whole passes reach, before any was measured: tales-6m, WebAssembly, 31 of 50 GFLOP/s. */
const passShare = 0.62;
/** Share of a phase from which on its own pace is believed. */
const believable = 0.02;

/** A generation as it begins: `works` are its stages, `generations` how many there will be. */
export interface GenerationPlan {
  readonly generation: number;
  readonly generations: number;
  readonly works: readonly StageWork[];
}

/**
 * Time left. Inside a phase by its own pace; the search by the pace of its stages, with what is done once kept apart
 * ({@link GenerationPace}); phases ahead by their FLOP, at the rate of calibration for forward passes and at that of the search's
 * trained stages for training. Before any of that was measured, roughly, by the device's peak.
 */
export class Estimator {
  /** Null until the model is known. */
  #costs: ExpectedCosts | null = null;
  /** FLOP/s of passes, as far as is known. */
  #rate: number | null = null;
  /** Whether the rate is that of calibration. */
  #measured = false;
  #phase: Phase | null = null;
  #phaseStart = 0;
  #progress = 0;
  /** When the present phase last told its progress. */
  #progressAt = 0;
  readonly #pace = new GenerationPace();
  #plan: GenerationPlan | null = null;
  /** Stages of the plan that are over, and since when. */
  #stagesDone = 0;
  #stageStart = 0;
  #onceBefore = 0;

  /** What the phases are expected to take, once the model is known, and the device's peak FLOP/s. */
  expect(costs: ExpectedCosts, peakFlops: number): void {
    this.#costs = costs;
    this.#rate = passShare * peakFlops;
  }

  begin(phase: Phase, at: number): void {
    this.#phase = phase;
    this.#phaseStart = at;
    this.#progress = 0;
    this.#progressAt = at;
  }

  /** `share` of the phase that is done, 0 to 1. */
  advance(share: number, at: number): void {
    if (share === this.#progress) return;
    this.#progress = share;
    this.#progressAt = at;
  }

  /** `once`: seconds so far for what is not done again, compiling and first runs. */
  generationBegins(plan: GenerationPlan, at: number, once: number): void {
    this.#plan = plan;
    this.#stagesDone = 0;
    this.#stageStart = at;
    this.#onceBefore = once;
  }

  stageEnds(at: number, once: number): void {
    const work = this.#plan?.works[this.#stagesDone];
    const fill = this.#fill();
    if (work !== undefined && fill !== null) this.#pace.observe(work, at - this.#stageStart, Math.max(0, once - this.#onceBefore), fill);
    this.#stagesDone++;
    this.#stageStart = at;
    this.#onceBefore = once;
  }

  end(at: number): void {
    const flop = this.#costs?.flop.calibrate ?? 0;
    if (this.#phase === 'calibrate' && flop > 0 && at > this.#phaseStart) {
      this.#rate = flop / (at - this.#phaseStart);
      this.#measured = true;
    }
    this.#phase = null;
  }

  estimate(at: number): Extract<RunEventBody, { type: 'estimate' }> {
    const here = this.#phaseSeconds(at);
    const ahead = this.#aheadSeconds();
    const runSeconds = here === null || ahead === null ? null : here + ahead;
    return { type: 'estimate', phaseSeconds: here, runSeconds, flops: this.#measured ? this.#rate : null };
  }

  #phaseSeconds(at: number): number | null {
    const phase = this.#phase;
    if (phase === null) return null;
    const spent = at - this.#phaseStart;
    if (phase === 'search') return this.#searchSeconds(at);
    const fixed = this.#costs === null ? 0 : this.#fixedSeconds(phase);
    if (this.#progress >= 1) return Math.max(0, fixed - (at - this.#progressAt));
    if (this.#progress > believable) return (spent / this.#progress) * (1 - this.#progress) + fixed;
    const expected = this.#expected(phase);
    return expected === null ? null : Math.max(0, expected - spent);
  }

  /** Of the phases after this one; null where nothing is known that it could be told by. */
  #aheadSeconds(): number | null {
    if (this.#phase === null) return null;
    let seconds = 0;
    for (const phase of phases.slice(phases.indexOf(this.#phase) + 1)) {
      const expected = this.#expected(phase);
      if (expected === null) return null;
      seconds += expected;
    }
    return seconds;
  }

  /** Seconds of a whole phase that has not begun. */
  #expected(phase: Phase): number | null {
    const costs = this.#costs;
    const rate = this.#rate;
    if (costs === null || rate === null) return null;
    if (phase === 'search') return this.#generationsSeconds(costs.works, costs.generations);
    return costs.flop[phase] / this.#speed(phase, costs, rate) + this.#fixedSeconds(phase);
  }

  /** What comes after the part of a phase whose progress is told, or has nothing to do with FLOP. */
  #fixedSeconds(phase: Phase): number {
    const { timing, exportSeconds } = this.#costs ?? {};
    if (timing === undefined || this.#rate === null) return 0;
    if (phase === 'database') return timing.latencySeconds;
    if (phase === 'evaluate') return Math.min(timing.speedSeconds, timing.speedFlop / this.#rate);
    return phase === 'export' ? (exportSeconds ?? 0) : 0;
  }

  /** FLOP/s of a phase. Forward passes are as fast as training at least: a short calibration may be slower, since it is the first to run. */
  #speed(phase: Phase, { candidateFlop, cuttingFlops }: ExpectedCosts, rate: number): number {
    if (phase === 'database') return Math.min(rate / 2, cuttingFlops);
    const pass = this.#pace.secondsPerPass(true);
    const training = pass === null ? rate : candidateFlop / pass;
    return phase === 'post-train' ? training : Math.max(rate, training);
  }

  #searchSeconds(at: number): number | null {
    const plan = this.#plan;
    if (plan === null) return this.#expected('search');
    const whole = this.#generationsSeconds(plan.works, plan.generations - plan.generation);
    if (whole === null) return null;
    const [present, ...later] = plan.works.slice(this.#stagesDone);
    if (present === undefined) return whole;
    const here = this.#stagesSeconds([present]);
    return whole + Math.max(0, (here ?? 0) - (at - this.#stageStart)) + (this.#stagesSeconds(later) ?? 0);
  }

  #generationsSeconds(works: readonly StageWork[], generations: number): number | null {
    return this.#stagesSeconds(Array.from({ length: generations }, () => works).flat());
  }

  #stagesSeconds(works: readonly StageWork[]): number | null {
    const fill = this.#fill();
    if (fill === null || this.#costs === null || this.#rate === null) return null;
    return this.#pace.forecast(works, fill, this.#costs.candidateFlop / this.#rate);
  }

  #fill(): DenseFill | null {
    if (this.#costs === null || this.#rate === null) return null;
    const { sequences: poolSequences, kept, sequenceFlop } = this.#costs.pool;
    return { poolSequences, kept, seconds: sequenceFlop / this.#rate };
  }
}
