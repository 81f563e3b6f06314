import type { AdamWSettings } from './runtime.ts';

/** The scalars of one AdamW step, shared by the loop here and the WGSL kernel. */
export interface AdamWFactors {
  /** `1 - learningRate * weightDecay` */
  readonly decay: number;
  /** `learningRate / (1 - beta1^step)` */
  readonly stepSize: number;
  /** `1 / (1 - beta2^step)` */
  readonly secondCorrection: number;
}

/** Bias corrections and decay of one step (Loshchilov & Hutter, arXiv 1711.05101, algorithm 2). */
export function adamwFactors(settings: AdamWSettings): AdamWFactors {
  return {
    decay: 1 - settings.learningRate * settings.weightDecay,
    stepSize: settings.learningRate / (1 - settings.beta1 ** settings.step),
    secondCorrection: 1 / (1 - settings.beta2 ** settings.step),
  };
}

/**
 * One AdamW step in place over arrays of one length:
 * `m = b1 m + (1 - b1) g`, `v = b2 v + (1 - b2) g²`, `p = p (1 - lr wd) - lr m̂ / (sqrt(v̂) + eps)`.
 */
export function adamw(
  parameter: Float32Array,
  gradient: Float32Array,
  firstMoment: Float32Array,
  secondMoment: Float32Array,
  settings: AdamWSettings,
): void {
  const { beta1, beta2, epsilon } = settings;
  const { decay, stepSize, secondCorrection } = adamwFactors(settings);
  const length = parameter.length;
  for (let index = 0; index < length; index++) {
    const slope = gradient[index]!;
    const first = beta1 * firstMoment[index]! + (1 - beta1) * slope;
    const second = beta2 * secondMoment[index]! + (1 - beta2) * slope * slope;
    firstMoment[index] = first;
    secondMoment[index] = second;
    parameter[index] = parameter[index]! * decay - (stepSize * first) / (Math.sqrt(second * secondCorrection) + epsilon);
  }
}
