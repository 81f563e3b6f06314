/**
 * Runs jobs one at a time, in the order of their arrival. A job that throws rejects its own promise and
 * nothing else. A job must not wait for another job of the same queue.
 */
export class RunQueue {
  #tail: Promise<unknown> = Promise.resolve();
  #stuck = false;

  run<Result>(job: () => Result | Promise<Result>): Promise<Result> {
    const result = this.#tail.then(job);
    this.#tail = result.catch(() => undefined);
    return result;
  }

  /** Whether a job that was given up on has still not ended, so that none comes after it. */
  get stuck(): boolean {
    return this.#stuck;
  }

  /** Waits for the jobs that were asked for so far, until `patience` ends: then they are given up on. Whether they ended. */
  async drained(patience: Promise<void>): Promise<boolean> {
    const ended = this.run(() => {
      this.#stuck = false;
      return true;
    });
    if (await Promise.race([ended, patience.then(() => false)])) return true;
    this.#stuck = true;
    return false;
  }
}

/**
 * The one queue around every session's creation, run and release, process-wide: two at a time crash
 * onnxruntime's asyncify build, whichever sessions they are. A device that is lost changes nothing in that: its
 * run still ends, and releasing the session before that leaves onnxruntime's heap in ruins.
 */
export const runQueue = new RunQueue();
