import { ExplainedError } from '../base/explained-error.ts';
import type { LatencyMeasure } from '../evaluation/latency-table.ts';

const times = (speedup: number): string => `${(Math.floor(100 * speedup) / 100).toFixed(2)} times`;

/** No model of the level database has so few parameters, or the dense one has no more. */
export class ParametersUnreachableError extends ExplainedError {
  constructor(parameters: number, least: number, dense: number) {
    const count = (value: number): string => value.toLocaleString('en');
    super({
      what: `No choice of levels gives a model of ${count(parameters)} parameters: the dense one has ${count(dense)}, and the least that leaves a module is ${count(least)}.`,
      means: 'The search has not started.',
      remedy: `Choose a target between ${count(least)} and ${count(dense)} parameters.`,
    });
  }
}

/** No model of the level database is so fast on this device. */
export class SpeedUnreachableError extends ExplainedError {
  /** The speed-up that was asked for, and the most that a model with something left can have. */
  readonly speedup: number;
  readonly nearest: number;

  constructor(speedup: number, nearest: number, measure: LatencyMeasure) {
    const verb = measure === 'decode' ? 'writes' : 'reads a prompt';
    super({
      what: `No choice of levels ${verb} ${times(speedup)} as fast as the dense model on this device; the most that leaves a module is ${times(nearest)}.`,
      means: 'Embedding, head and what a step costs beside the modules take the rest of the time. The search has not started.',
      remedy: nearest > 1.01 ? `Choose a speed-up of at most ${times(nearest)}, or a target in parameters.` : 'Choose a target in parameters.',
    });
    this.speedup = speedup;
    this.nearest = nearest;
  }
}
