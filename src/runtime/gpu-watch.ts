import { ExplainedError } from '../base/explained-error.ts';
import { DeviceLostError, DeviceMemoryError, GpuFaultError, ProgramFailedError, ProgramRefusedError } from './runtime-errors.ts';
import { Waits } from './waits.ts';

/** Milliseconds by which the news of a loss may come after the errors of the work that it ended. */
const NEWS_TRAVELS = 50;
/**
 * Bytes from which on a buffer has an error scope of its own, which costs some 30 microseconds on Chromium's software adapter, ten times the
 * creation of a small buffer. What goes wrong elsewhere (smaller buffers, submissions, onnxruntime) comes as `uncapturederror` all the same.
 */
const SCOPED_FROM = 2 ** 20;

/** Watches a device for its loss, for memory that it did not have and for errors that no call reports (an invalid binding). */
export class GpuWatch {
  #lost: DeviceLostError | null = null;
  #fault: DeviceMemoryError | GpuFaultError | null = null;
  #expected = false;
  readonly #device: GPUDevice;
  readonly #waits = new Waits();
  /** Error scopes whose outcome is still to come. */
  readonly #scopes = new Set<Promise<void>>();

  constructor(device: GPUDevice, onLost: (error: DeviceLostError) => void) {
    this.#device = device;
    void device.lost.then(({ reason, message }) => this.#end(new DeviceLostError(reason, message), onLost));
    device.addEventListener('uncapturederror', ({ error }) => this.#report(error, 'a computation'));
  }

  /** From here on the device's end is no news: its owner destroys it. */
  expectLoss(): void {
    this.#expected = true;
  }

  /** Resolves so many milliseconds after the device was lost; never, while it is not. */
  async lostFor(milliseconds: number): Promise<void> {
    await this.#device.lost;
    await pause(milliseconds);
  }

  /** Throws the loss, or the first fault that nothing has thrown yet. */
  check(): void {
    if (this.#lost !== null) throw this.#lost;
    const fault = this.#fault;
    this.#fault = null;
    if (fault !== null) throw fault;
  }

  /** Runs a job that waits for the device. A loss ends the wait at once, though not the job. */
  async guard<Result>(job: () => Result | Promise<Result>): Promise<Result> {
    this.check();
    return this.#waits.for(this.#run(job));
  }

  /**
   * A new buffer. Where there was no memory for it, the next `check` throws {@link DeviceMemoryError} with the words of `what`; this
   * waits for nothing.
   */
  createBuffer(what: string, descriptor: GPUBufferDescriptor): GPUBuffer {
    if (descriptor.size < SCOPED_FROM) return this.#device.createBuffer(descriptor);
    this.#device.pushErrorScope('out-of-memory');
    const buffer = this.#device.createBuffer(descriptor);
    const outcome: Promise<void> = this.#device
      .popErrorScope()
      .then((error) => this.#report(error, what), () => undefined) // of a lost device `lost` tells
      .finally(() => this.#scopes.delete(outcome));
    this.#scopes.add(outcome);
    return buffer;
  }

  /** Waits for a result of the device and for all errors of the work before it; those are told first. */
  async settle<Result>(result: Promise<Result>): Promise<Result> {
    const [outcome] = await Promise.allSettled([result, this.#device.queue.onSubmittedWorkDone(), ...this.#scopes]);
    this.check();
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  }

  #end(lost: DeviceLostError, onLost: (error: DeviceLostError) => void): void {
    this.#lost = lost;
    this.#waits.end(lost);
    if (!this.#expected) onLost(lost);
  }

  async #run<Result>(job: () => Result | Promise<Result>): Promise<Result> {
    try {
      return await job();
    } catch (error) {
      // What was wrong with the call itself needs no other cause.
      const onDevice = !(error instanceof ExplainedError) || error instanceof ProgramFailedError || error instanceof ProgramRefusedError;
      if (onDevice) await pause(NEWS_TRAVELS);
      if (onDevice) this.check();
      throw error;
    }
  }

  /** Memory is told before all else: what was to use it is invalid, and says so too. */
  #report(error: GPUError | null, what: string): void {
    if (error === null) return;
    if (error instanceof GPUOutOfMemoryError) {
      if (!(this.#fault instanceof DeviceMemoryError)) this.#fault = new DeviceMemoryError(what, error.message);
    } else this.#fault ??= new GpuFaultError(error instanceof GPUInternalError ? 'internal' : 'validation', error.message);
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
