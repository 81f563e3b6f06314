import type { AdamWState, Runtime, Tensor } from '../runtime/runtime.ts';

interface Moments {
  readonly first: Tensor;
  readonly second: Tensor;
}

/**
 * AdamW over named parameters, with the constants of method section 6: betas 0.9 and 0.95, epsilon 1e-8.
 * Owns the moments, which start at zero with the first gradient of a parameter; borrows parameters and gradients.
 */
export class AdamWOptimizer implements Disposable {
  private readonly runtime: Runtime;
  private readonly parameters: ReadonlyMap<string, Tensor>;
  private readonly weightDecay: number;
  private readonly moments = new Map<string, Moments>();
  private steps = 0;

  constructor(runtime: Runtime, parameters: ReadonlyMap<string, Tensor>, weightDecay = 0) {
    this.runtime = runtime;
    this.parameters = parameters;
    this.weightDecay = weightDecay;
  }

  /** One step in place. Parameters without a gradient stay as they are. Throws if a gradient has no parameter. */
  async step(gradients: ReadonlyMap<string, Tensor>, learningRate: number): Promise<void> {
    this.steps++;
    const states: AdamWState[] = [];
    for (const [name, gradient] of gradients) {
      const parameter = this.parameters.get(name);
      if (parameter === undefined) throw new RangeError(`a gradient for ${name}, which is not trained`);
      const { first, second } = this.momentsOf(name, parameter);
      states.push({ parameter, gradient, firstMoment: first, secondMoment: second });
    }
    await this.runtime.adamw(states, {
      learningRate,
      beta1: 0.9,
      beta2: 0.95,
      epsilon: 1e-8,
      weightDecay: this.weightDecay,
      step: this.steps,
    });
  }

  private momentsOf(name: string, parameter: Tensor): Moments {
    const known = this.moments.get(name);
    if (known !== undefined) return known;
    const made = { first: this.runtime.zeros(parameter.shape), second: this.runtime.zeros(parameter.shape) };
    this.moments.set(name, made);
    return made;
  }

  [Symbol.dispose](): void {
    for (const { first, second } of this.moments.values()) {
      first.dispose();
      second.dispose();
    }
    this.moments.clear();
  }
}
