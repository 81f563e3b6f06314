import type { Tensor } from '../runtime/runtime.ts';
import { take } from './take.ts';
import type { ModelWeights, ModuleWeights } from './weights.ts';

/** Runs a module on its input `[tokens, d]`, which is borrowed: `y`, and `kept.` + name of every product. */
export type RecordModule = (module: ModuleWeights, x: Tensor) => Promise<Record<string, Tensor>>;

/** A module that was run, with what its backward program is fed: its input `x [tokens, d]` and its products as `kept.` + name. */
export class Step implements Disposable {
  readonly module: ModuleWeights;
  readonly feeds: Readonly<Record<string, Tensor>>;

  constructor(module: ModuleWeights, feeds: Readonly<Record<string, Tensor>>) {
    this.module = module;
    this.feeds = feeds;
  }

  [Symbol.dispose](): void {
    for (const tensor of Object.values(this.feeds)) tensor.dispose();
  }
}

/** What a forward pass leaves for the way back. Owns all its tensors; steps that are taken are the taker's. */
export class Tape implements Disposable {
  /** Final hidden states `[tokens, d]`, before the final norm. */
  readonly hidden: Tensor;
  readonly #steps: Step[];

  private constructor(hidden: Tensor, steps: Step[]) {
    this.hidden = hidden;
    this.#steps = steps;
  }

  /** Runs all modules from the embeddings `[tokens, d]`, which it takes over. Frees everything where one fails. */
  static async record({ modules }: ModelWeights, embedded: Tensor, record: RecordModule): Promise<Tape> {
    const steps: Step[] = [];
    let x = embedded;
    try {
      for (const module of modules) {
        if (module === null) continue;
        const outputs = await record(module, x);
        const { y = take(outputs, 'y'), ...kept } = outputs;
        steps.push(new Step(module, { x, ...kept }));
        x = y;
      }
    } catch (error) {
      new Tape(x, steps)[Symbol.dispose]();
      throw error;
    }
    return new Tape(x, steps);
  }

  /** From the last module to the first. */
  takeLast(): Step | undefined {
    return this.#steps.pop();
  }

  [Symbol.dispose](): void {
    this.hidden.dispose();
    for (const step of this.#steps) step[Symbol.dispose]();
  }
}
