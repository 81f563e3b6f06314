import { median } from '../base/median.ts';
import { phases, type Phase, type RunEventBody } from './run-events.ts';

/** Generations before the search's time is called known. */
const settlingGenerations = 3;
/** Generations whose median is the estimate. */
const windowGenerations = 8;

/** FLOP that each phase is expected to take; 0 where it will not run. */
export type PhaseCosts = Readonly<Record<Phase, number>>;

/**
 * Time left, from what was measured: inside a phase its own pace; for phases ahead their FLOP at the rate of the
 * phases behind. The search is judged by the median of its last 8 generations and is unknown for the first 3.
 */
export class Estimator {
  /** Null until the model is known. */
  private costs: PhaseCosts | null = null;
  private phase: Phase | null = null;
  private phaseStart = 0;
  private progress = 0;
  private generationStart = 0;
  private readonly generationSeconds: number[] = [];
  private generation = 0;
  private generations = 0;
  private generationDone = 0;
  private doneFlop = 0;
  private doneSeconds = 0;

  /** What the phases are expected to take, once the model is known. */
  expect(costs: PhaseCosts): void {
    this.costs = costs;
  }

  begin(phase: Phase, at: number): void {
    this.phase = phase;
    this.phaseStart = at;
    this.progress = 0;
    this.generationStart = at;
  }

  /** `share` of the phase that is done, 0 to 1. */
  advance(share: number): void {
    this.progress = share;
  }

  generationBegins(generation: number, generations: number, at: number): void {
    this.generation = generation;
    this.generations = generations;
    this.generationStart = at;
    this.generationDone = generation - 1;
  }

  generationEnds(at: number): void {
    this.generationSeconds.push(at - this.generationStart);
    this.generationStart = at;
    this.generationDone = this.generation;
  }

  end(at: number): void {
    const cost = this.phase === null ? 0 : (this.costs?.[this.phase] ?? 0);
    if (cost > 0) {
      this.doneFlop += cost;
      this.doneSeconds += at - this.phaseStart;
    }
    this.phase = null;
  }

  /** Measured FLOP/s so far, or null. */
  private rate(): number | null {
    return this.doneSeconds > 0 && this.doneFlop > 0 ? this.doneFlop / this.doneSeconds : null;
  }

  private searchSeconds(at: number): number | null {
    if (this.generationSeconds.length < settlingGenerations) return null;
    const typical = median(this.generationSeconds.slice(-windowGenerations));
    const inside = this.generationDone < this.generation ? at - this.generationStart : 0;
    return Math.max(0, (this.generations - this.generationDone) * typical - inside);
  }

  private phaseSeconds(at: number): number | null {
    if (this.phase === null) return null;
    if (this.phase === 'search') return this.searchSeconds(at);
    if (this.progress > 0.02) return ((at - this.phaseStart) / this.progress) * (1 - this.progress);
    const rate = this.rate();
    return rate === null || this.costs === null ? null : this.costs[this.phase] / rate;
  }

  estimate(at: number): Extract<RunEventBody, { type: 'estimate' }> {
    const here = this.phaseSeconds(at);
    const rate = this.rate();
    const ahead = this.aheadSeconds(rate);
    return { type: 'estimate', phaseSeconds: here, runSeconds: here === null || ahead === null ? null : here + ahead, flops: rate };
  }

  /** Of the phases after this one; null where nothing was measured that it could be told by. */
  private aheadSeconds(rate: number | null): number | null {
    const { phase, costs } = this;
    if (phase === null || costs === null) return null;
    const flop = phases.slice(phases.indexOf(phase) + 1).reduce((sum, later) => sum + costs[later], 0);
    if (flop === 0) return 0;
    return rate === null ? null : flop / rate;
  }
}
