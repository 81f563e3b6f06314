import { explain } from '../base/explained-error.ts';
import { mapEvents } from '../base/map-events.ts';
import { measureSpeeds, type SpeedOptions } from '../evaluation/speed.ts';
import type { Transformer } from '../model/transformer.ts';
import type { ModelWeights } from '../model/weights.ts';
import { deviceTroubleOf } from '../runtime/device-trouble.ts';
import type { RunEventBody } from './run-events.ts';
import type { RunResult } from './run-result.ts';
import { writingContext } from './writing-context.ts';

export interface SpeedPhaseOptions {
  readonly transformer: Transformer;
  readonly dense: ModelWeights;
  readonly uniform: ModelWeights;
  readonly winner: ModelWeights;
  /** Tokens that the evaluation has read: its progress stays where it is. */
  readonly evaluated: number;
  /** About how long the timing of a model may take. */
  readonly secondsEach?: number | undefined;
}

/** Default of {@link SpeedPhaseOptions.secondsEach}. */
export const usualSpeedSeconds = 6;

/** Times the models side by side. Where that fails the run goes on without, and a warning says why. */
export async function* speedPhase({ transformer, dense, uniform, winner, evaluated, secondsEach = usualSpeedSeconds }: SpeedPhaseOptions): AsyncGenerator<RunEventBody, RunResult['speed']> {
  const options: SpeedOptions = { context: writingContext(dense.spec), secondsEach };
  try {
    const measuring = measureSpeeds(transformer, [dense, uniform, winner], options);
    const [ofDense, ofUniform, ofWinner] = yield* mapEvents(measuring, function* ({ done, total }): Generator<RunEventBody> {
      const note = `measuring speed, ${done} of ${total}`;
      yield { type: 'phase-progress', phase: 'evaluate', done: evaluated, total: evaluated, unit: 'tokens', note };
    });
    if (ofDense === undefined || ofUniform === undefined || ofWinner === undefined) throw new RangeError('three models are timed');
    const speed = { dense: ofDense, uniform: ofUniform, winner: ofWinner };
    for (const which of ['dense', 'uniform', 'winner'] as const) yield { type: 'speed-measured', which, speed: speed[which] };
    return speed;
  } catch (error) {
    if (deviceTroubleOf(error) !== null) throw error;
    const { what } = explain(error);
    const means = 'The result does not say how fast the models are. The run goes on.';
    yield { type: 'warning', explanation: { what: `The speed could not be measured: ${what}`, means, remedy: 'Measure it on the results page, or run again.' } };
    return undefined;
  }
}
