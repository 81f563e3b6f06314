import { median } from '../base/median.ts';
import type { Stage } from './run-config.ts';
import { sequencesFor } from './sample-sequences.ts';

/** Stages of a kind whose median is its pace. */
const window = 8;

/** A stage by the work that it is. */
export interface StageWork {
  readonly trained: boolean;
  /** Tokens through candidates in forward passes; a token of training counts three (forward, and twice that backward). */
  readonly passes: number;
  /** Sequences of the fitness pool that it draws. */
  readonly sequences: number;
}

/** The stages of a generation; in the last the parent is measured too. Sequences have `length` tokens. */
export function stageWorks(offspring: number, stages: readonly Stage[], length: number): StageWork[] {
  let entering = offspring;
  return stages.map(({ survivors, fitnessTokens, trainingTokens }, index) => {
    const measured = entering + (index === stages.length - 1 ? 1 : 0);
    entering = survivors;
    const sequences = sequencesFor(fitnessTokens, length);
    return { trained: trainingTokens > 0, passes: measured * (sequences * length + 3 * trainingTokens), sequences };
  });
}

/** What the dense model's hidden states of the fitness pool take: they are made when a sequence is first drawn. */
export interface DenseFill {
  readonly poolSequences: number;
  /** Sequences whose states are kept. */
  readonly kept: number;
  /** Seconds that one sequence takes. */
  readonly seconds: number;
}

/**
 * Seconds that generations take, by their stages: seconds a pass of each kind of stage (with training or without; a stage
 * without shares prefixes, so its passes cost less), apart from what is done once: compiling, and the dense model's states,
 * of which later generations find ever more. Work and pace are separate, so that other settings give another forecast.
 */
export class GenerationPace {
  readonly #pace = { trained: [] as number[], untrained: [] as number[] };
  /** Share of the pool whose states are there, as is to be expected. */
  #filled = 0;

  /** A stage that took so many seconds, `once` of them for what is not done again. */
  observe(work: StageWork, seconds: number, once: number, fill: DenseFill): void {
    const fresh = this.#fresh(work, this.#filled, fill);
    this.#filled = this.#after(work, this.#filled, fill);
    const again = Math.max(seconds / 10, seconds - once - fresh * fill.seconds);
    this.#pace[work.trained ? 'trained' : 'untrained'].push(again / work.passes);
  }

  /** Seconds a pass: of that kind of stage, else of the other, else null. */
  secondsPerPass(trained: boolean): number | null {
    const [own, other] = trained ? [this.#pace.trained, this.#pace.untrained] : [this.#pace.untrained, this.#pace.trained];
    const known = own.length > 0 ? own : other;
    if (known.length === 0) return null;
    return median(known.length === 1 ? known : known.slice(Math.max(1, known.length - window))); // the first warms up what nothing tells apart
  }

  /** Seconds of stages to come, one after the other; `guess`: seconds a pass where none was measured. */
  forecast(works: readonly StageWork[], fill: DenseFill, guess: number): number {
    let filled = this.#filled;
    return works.reduce((sum, work) => {
      const fresh = this.#fresh(work, filled, fill);
      filled = this.#after(work, filled, fill);
      return sum + work.passes * (this.secondsPerPass(work.trained) ?? guess) + fresh * fill.seconds;
    }, 0);
  }

  /** Sequences drawn whose states are not there yet. */
  #fresh({ sequences }: StageWork, filled: number, { poolSequences }: DenseFill): number {
    return Math.min(sequences, poolSequences) * (1 - filled);
  }

  #after(work: StageWork, filled: number, fill: DenseFill): number {
    const most = Math.min(1, fill.kept / fill.poolSequences);
    return Math.min(most, filled + this.#fresh(work, filled, fill) / fill.poolSequences);
  }
}
