/**
 * Runs jobs one at a time, in the order of their arrival. A job that throws rejects its own promise and
 * nothing else. A job must not wait for another job of the same queue.
 */
export class RunQueue {
  #tail: Promise<unknown> = Promise.resolve();

  run<Result>(job: () => Result | Promise<Result>): Promise<Result> {
    const result = this.#tail.then(job);
    this.#tail = result.catch(() => undefined);
    return result;
  }
}

/**
 * The one queue around every session's creation, run and release, process-wide: two at a time crash
 * onnxruntime's asyncify build, whichever sessions they are.
 */
export const runQueue = new RunQueue();
