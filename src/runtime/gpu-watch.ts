import { DeviceLostError, GpuFaultError } from './runtime-errors.ts';

/** Watches a device for its loss and for errors that no call reports (an allocation too large, an invalid binding). */
export class GpuWatch {
  #lost: DeviceLostError | null = null;
  #fault: GpuFaultError | null = null;
  #expected = false;
  readonly #device: GPUDevice;
  readonly #loss: Promise<never>;

  constructor(device: GPUDevice, onLost: (error: DeviceLostError) => void) {
    this.#device = device;
    this.#loss = device.lost.then((info) => {
      this.#lost = new DeviceLostError(info.message || info.reason);
      if (!this.#expected) onLost(this.#lost);
      throw this.#lost;
    });
    this.#loss.catch(() => undefined); // told through `guard` and `onLost`
    device.addEventListener('uncapturederror', ({ error }) => {
      this.#fault ??= new GpuFaultError(error.message);
    });
  }

  /** From here on the device's end is no news: its owner destroys it. */
  expectLoss(): void {
    this.#expected = true;
  }

  /** Throws the loss, or the first fault that nothing has thrown yet. */
  check(): void {
    if (this.#lost !== null) throw this.#lost;
    const fault = this.#fault;
    this.#fault = null;
    if (fault !== null) throw fault;
  }

  /** Runs a job that waits for the device; a loss ends the wait. */
  async guard<Result>(job: () => Result | Promise<Result>): Promise<Result> {
    this.check();
    return Promise.race([job(), this.#loss]);
  }

  /** Waits for a result of the device and for all errors of the work before it; those are told first. */
  async settle<Result>(result: Promise<Result>): Promise<Result> {
    const [outcome] = await Promise.allSettled([result, this.#device.queue.onSubmittedWorkDone()]);
    this.check();
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  }
}
