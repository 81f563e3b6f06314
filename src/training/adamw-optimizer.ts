import type { AdamWState, Runtime, Tensor } from '../runtime/runtime.ts';

/** Running means of a parameter's gradient and of its square, in its shape. */
export interface Moments {
  readonly first: Tensor;
  readonly second: Tensor;
}

/**
 * AdamW over named parameters, with the constants of method section 6: betas 0.9 and 0.95, epsilon 1e-8.
 * Owns the moments, which start at zero; borrows parameters and gradients. All that it is between two steps is `steps` and `momentsOf`:
 * another that is made with those steps, and whose moments are overwritten with these, goes on bit for bit.
 */
export class AdamWOptimizer implements Disposable {
  private readonly runtime: Runtime;
  private readonly parameters: ReadonlyMap<string, Tensor>;
  private readonly weightDecay: number;
  private readonly moments = new Map<string, Moments>();
  private made: number;

  /** @param steps as if so many had been made: they correct the bias of the moments, which are the caller's to fill */
  constructor(runtime: Runtime, parameters: ReadonlyMap<string, Tensor>, weightDecay = 0, steps = 0) {
    this.runtime = runtime;
    this.parameters = parameters;
    this.weightDecay = weightDecay;
    this.made = steps;
  }

  /** Steps that were made. */
  get steps(): number {
    return this.made;
  }

  /** The moments of a parameter on the device, lent: to be read, or overwritten before the first step. Throws RangeError for what is not trained. */
  momentsOf(name: string): Moments {
    const parameter = this.parameters.get(name);
    if (parameter === undefined) throw new RangeError(`${name} is not trained`);
    return this.moments.get(name) ?? this.begin(name, parameter);
  }

  /** One step in place. Parameters without a gradient stay as they are. Throws if a gradient has no parameter. */
  async step(gradients: ReadonlyMap<string, Tensor>, learningRate: number): Promise<void> {
    this.made++;
    const states: AdamWState[] = [];
    for (const [name, gradient] of gradients) {
      const parameter = this.parameters.get(name);
      if (parameter === undefined) throw new RangeError(`a gradient for ${name}, which is not trained`);
      const { first, second } = this.momentsOf(name);
      states.push({ parameter, gradient, firstMoment: first, secondMoment: second });
    }
    await this.runtime.adamw(states, {
      learningRate,
      beta1: 0.9,
      beta2: 0.95,
      epsilon: 1e-8,
      weightDecay: this.weightDecay,
      step: this.made,
    });
  }

  private begin(name: string, parameter: Tensor): Moments {
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
