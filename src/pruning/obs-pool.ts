import type { KeptInverter } from './kept-inverse.ts';
import type { PruneExecutor, PruneExecutorOptions } from './prune-executor.ts';
import { CarriedOverError } from './prune-messages.ts';
import type { PruneReply, PruneRequest } from './prune-messages.ts';
import { PruneWorkerFailedError } from './pruning-errors.ts';

/** A worker as the pool needs it; a browser's Worker and Node's are adapted to this by the floors above. */
export interface WorkerLike {
  postMessage(request: PruneRequest, transfer: ArrayBuffer[]): void;
  /** Set by the pool. */
  onmessage: ((reply: PruneReply) => void) | null;
  /** Set by the pool: the worker is of no more use. */
  onfailure: ((reason: string) => void) | null;
  terminate(): void;
}

/** What ends a job well. */
type Finished = Extract<PruneReply, { type: 'pruned' | 'inverted' }>;

/** What a worker is sent for a job of this number, and the buffers that move with it. */
interface Sent {
  readonly request: (job: number) => PruneRequest;
  readonly transfer: ArrayBuffer[];
}

interface Task extends Sent {
  readonly options: PruneExecutorOptions;
  readonly resolve: (reply: Finished) => void;
  readonly reject: (error: unknown) => void;
}

/** A worker and the job it is at. */
interface Seat {
  readonly worker: WorkerLike;
  number: number;
  task: Task | null;
}

/**
 * Prunes and inverts on up to `size` workers, made as they are needed and kept until the pool is disposed; jobs beyond that wait.
 * A worker that fails takes only its own job with it and is replaced for the next.
 */
export class ObsPool implements Disposable {
  readonly size: number;
  readonly #spawn: () => WorkerLike;
  readonly #seats = new Set<Seat>();
  #waiting: Task[] = [];
  #jobs = 0;
  #disposed = false;

  constructor(size: number, spawn: () => WorkerLike) {
    if (!Number.isSafeInteger(size) || size < 1) throw new RangeError(`a pool of ${size} workers`);
    this.size = size;
    this.#spawn = spawn;
  }

  /** Throws what the job throws, as {@link CarriedOverError}; {@link PruneWorkerFailedError}; or the signal's reason. */
  readonly execute: PruneExecutor = async (job, options = {}) => {
    // The weight is copied, as it may be a view of a file in memory; the Hessian is the job's own and moves.
    const reply = await this.#give({ request: (number) => ({ type: 'prune', job: number, input: job }), transfer: [job.hessian.buffer] }, options);
    if (reply.type !== 'pruned') throw new PruneWorkerFailedError('it answered another question');
    return reply.pruned;
  };

  /** Throws as {@link execute} does. */
  readonly invert: KeptInverter = async (hessian, kept, signal) => {
    const reply = await this.#give({ request: (job) => ({ type: 'invert', job, hessian, kept }), transfer: [] }, { signal });
    if (reply.type !== 'inverted') throw new PruneWorkerFailedError('it answered another question');
    return reply.inverse;
  };

  async #give(sent: Sent, options: PruneExecutorOptions): Promise<Finished> {
    if (this.#disposed) throw new PruneWorkerFailedError('the pool was closed');
    options.signal?.throwIfAborted();
    let cancel = (): void => {};
    try {
      return await new Promise<Finished>((resolve, reject) => {
        const task: Task = { ...sent, options, resolve, reject };
        cancel = () => this.#cancel(task);
        options.signal?.addEventListener('abort', cancel);
        this.#waiting.push(task);
        this.#next();
      });
    } finally {
      options.signal?.removeEventListener('abort', cancel);
    }
  }

  /** Ends all workers; what was running or waiting fails. */
  [Symbol.dispose](): void {
    this.#disposed = true;
    const error = new PruneWorkerFailedError('the pool was closed');
    for (const task of this.#waiting) task.reject(error);
    this.#waiting = [];
    for (const seat of this.#seats) {
      seat.task?.reject(error);
      seat.worker.terminate();
    }
    this.#seats.clear();
  }

  #next(): void {
    const task = this.#waiting[0];
    if (task === undefined) return;
    const seat = this.#freeSeat(task);
    if (seat === null) return;
    this.#waiting.shift();
    seat.task = task;
    seat.number = ++this.#jobs;
    try {
      seat.worker.postMessage(task.request(seat.number), task.transfer);
    } catch (cause) {
      seat.task = null;
      task.reject(new PruneWorkerFailedError('its input could not be sent', { cause }));
      this.#next();
    }
  }

  #freeSeat(task: Task): Seat | null {
    for (const seat of this.#seats) if (seat.task === null) return seat;
    if (this.#seats.size >= this.size) return null;
    try {
      const seat: Seat = { worker: this.#spawn(), number: 0, task: null };
      seat.worker.onmessage = (reply) => this.#hear(seat, reply);
      seat.worker.onfailure = (reason) => this.#lose(seat, reason);
      this.#seats.add(seat);
      return seat;
    } catch (cause) {
      this.#waiting = this.#waiting.filter((other) => other !== task);
      task.reject(new PruneWorkerFailedError('it could not be started', { cause }));
      return null;
    }
  }

  #hear(seat: Seat, reply: PruneReply): void {
    const task = seat.task;
    if (task === null || reply.job !== seat.number) return;
    if (reply.type === 'progress') {
      task.options.onProgress?.(reply.step);
      return;
    }
    seat.task = null;
    if (reply.type !== 'failed') task.resolve(reply);
    else task.reject(task.options.signal?.aborted === true ? task.options.signal.reason : new CarriedOverError(reply.error));
    this.#next();
  }

  #lose(seat: Seat, reason: string): void {
    if (!this.#seats.delete(seat)) return;
    seat.worker.terminate();
    seat.task?.reject(new PruneWorkerFailedError(reason));
    seat.task = null;
    this.#next();
  }

  /** A waiting task fails at once, a running one when its worker has heard of it. */
  #cancel(task: Task): void {
    if (this.#waiting.includes(task)) {
      this.#waiting = this.#waiting.filter((other) => other !== task);
      task.reject(task.options.signal?.reason);
      return;
    }
    for (const seat of this.#seats) {
      if (seat.task === task) seat.worker.postMessage({ type: 'cancel', job: seat.number }, []);
    }
  }
}
