/** Runs of a program that are timed from its first on, and after those the one in so many: a prime, so that layers take turns. */
const firstRuns = 8;
const oneIn = 17;
/** Queries of the set, two to a timing; WebGPU allows 4,096. */
const QUERIES = 1024;
/** Milliseconds between two resolutions. */
const resolveAfter = 1000;

interface Timing {
  readonly name: string;
  /** Runs that it stands for: itself and those before it that were not timed. */
  readonly runs: number;
}

/**
 * GPU time of programs by timestamp-query. onnxruntime's passes take no timestamps, so a run is put between two empty passes on
 * the same queue: onnxruntime has submitted all it recorded when its run ends. What lies between is the run's work and, where the
 * device waits for the host to record more, that wait. Empty passes cost submissions, so after a program's first runs only one
 * in 17 is timed and stands for those before it. Results are resolved and mapped a second at a time, beside the work: these
 * mappings are no readbacks in the count of the runtime.
 */
export class GpuClock {
  readonly #device: GPUDevice;
  readonly #add: (name: string, seconds: number) => void;
  readonly #set: GPUQuerySet;
  readonly #untimed = new Map<string, { runs: number; waiting: number }>();
  #timings: Timing[] = [];
  #open = false;
  #resolvedAt = performance.now();

  private constructor(device: GPUDevice, add: (name: string, seconds: number) => void) {
    this.#device = device;
    this.#add = add;
    this.#set = device.createQuerySet({ label: 'gpu clock', type: 'timestamp', count: QUERIES });
  }

  /** Null where the device has no timestamps. `add` is told of seconds some time after they passed. */
  static of(device: GPUDevice, add: (name: string, seconds: number) => void): GpuClock | null {
    return device.features.has('timestamp-query') ? new GpuClock(device, add) : null;
  }

  /** Runs a job that submits work to the device, alone on its queue, and times it if it is its turn. */
  async around<Result>(name: string, job: () => Result | Promise<Result>): Promise<Result> {
    if (!this.#begin(name)) return job();
    try {
      return await job();
    } finally {
      this.#mark(2 * this.#timings.length - 1);
      this.#open = false;
      if (2 * this.#timings.length === QUERIES) this.#resolve();
    }
  }

  /** Has what was timed come in, if it is time for that. */
  collect(): void {
    if (this.#timings.length > 0 && performance.now() - this.#resolvedAt > resolveAfter) this.#resolve();
  }

  #begin(name: string): boolean {
    const counts = this.#untimed.get(name) ?? { runs: 0, waiting: 0 };
    this.#untimed.set(name, counts);
    counts.runs++;
    counts.waiting++;
    if (counts.runs > firstRuns && counts.waiting < oneIn) return false;
    this.#mark(2 * this.#timings.length);
    this.#timings.push({ name, runs: counts.waiting });
    counts.waiting = 0;
    this.#open = true;
    return true;
  }

  #mark(query: number): void {
    const encoder = this.#device.createCommandEncoder();
    encoder.beginComputePass({ timestampWrites: { querySet: this.#set, endOfPassWriteIndex: query } }).end();
    this.#device.queue.submit([encoder.finish()]);
  }

  #resolve(): void {
    if (this.#open) return; // later: the run's second timestamp is still to come
    const timings = this.#timings;
    this.#timings = [];
    this.#resolvedAt = performance.now();
    const size = 16 * timings.length;
    const resolved = this.#device.createBuffer({ size, usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC });
    const staging = this.#device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    const encoder = this.#device.createCommandEncoder();
    encoder.resolveQuerySet(this.#set, 0, 2 * timings.length, resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, staging, 0, size);
    this.#device.queue.submit([encoder.finish()]);
    resolved.destroy();
    void this.#receive(timings, staging);
  }

  /** Never rejects: of a lost device others tell. */
  async #receive(timings: readonly Timing[], staging: GPUBuffer): Promise<void> {
    try {
      await staging.mapAsync(GPUMapMode.READ);
      this.#read(timings, new BigUint64Array(staging.getMappedRange()));
    } catch {
      return;
    } finally {
      staging.destroy();
    }
  }

  /** Nanoseconds `[timings, 2]`. A pair that goes backwards, as after the device changed its clock, counts nothing. */
  #read(timings: readonly Timing[], nanoseconds: BigUint64Array): void {
    for (const [index, { name, runs }] of timings.entries()) {
      const passed = Number((nanoseconds[2 * index + 1] ?? 0n) - (nanoseconds[2 * index] ?? 0n));
      this.#add(name, passed > 0 ? (runs * passed) / 1e9 : 0);
    }
  }
}
