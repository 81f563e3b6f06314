import { readFloats, type Runtime, type Tensor } from '../runtime/runtime.ts';

/** Mean of losses that stay on the device until it is asked for. */
export class MeanLoss implements Disposable {
  readonly #runtime: Runtime;
  /** `[1, 1]` */
  readonly #sum: Tensor;
  #count: number;

  /** @param sum of `count` losses before, as it was read from another */
  constructor(runtime: Runtime, sum = 0, count = 0) {
    this.#runtime = runtime;
    this.#sum = runtime.upload(Float32Array.of(sum), [1, 1]);
    this.#count = count;
  }

  /** Losses since the mean was last taken. */
  get count(): number {
    return this.#count;
  }

  /** @param loss `[1, 1]`, borrowed */
  async add(loss: Tensor): Promise<void> {
    await this.#runtime.scatterAddRows(this.#sum, Int32Array.of(0), loss);
    this.#count++;
  }

  /** Their sum, exactly as it is on the device. */
  async sum(): Promise<number> {
    const [sum = Number.NaN] = await readFloats(this.#runtime, this.#sum);
    return sum;
  }

  /** The mean since it was last taken, nats. */
  async take(): Promise<number> {
    const mean = (await this.sum()) / this.#count;
    await this.#runtime.write(this.#sum, new Float32Array(1));
    this.#count = 0;
    return mean;
  }

  [Symbol.dispose](): void {
    this.#sum.dispose();
  }
}
