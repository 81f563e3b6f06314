import type { ProgramWork, RuntimeWork } from './runtime.ts';

type Counts = { -readonly [Key in keyof ProgramWork]: ProgramWork[Key] };

/** Counts what one runtime does: runs and seconds by program or kernel, and what passes between host and device. */
export class WorkCounter {
  readonly #programs = new Map<string, Counts>();
  #uploads = 0;
  #uploadedBytes = 0;
  #readbacks = 0;
  #readBytes = 0;

  /** Runs a job that already holds the queue and counts it, also where it throws: the time is spent. */
  async timed<Result>(name: string, job: () => Result | Promise<Result>): Promise<Result> {
    const began = performance.now();
    try {
      return await job();
    } finally {
      const counts = this.#countsOf(name);
      const seconds = (performance.now() - began) / 1000;
      if (counts.runs === 0) counts.firstSeconds = seconds;
      counts.runs++;
      counts.seconds += seconds;
    }
  }

  /** Seconds of the device, which come in some time after the runs they stand for. */
  gpu(name: string, seconds: number): void {
    const counts = this.#countsOf(name);
    counts.gpuSeconds = (counts.gpuSeconds ?? 0) + seconds;
  }

  uploaded(bytes: number): void {
    this.#uploads++;
    this.#uploadedBytes += bytes;
  }

  read(bytes: number): void {
    this.#readbacks++;
    this.#readBytes += bytes;
  }

  /** A copy of all counts: two of them can be subtracted. */
  snapshot(): RuntimeWork {
    const programs = new Map([...this.#programs].map(([name, counts]) => [name, { ...counts }]));
    return { programs, uploads: this.#uploads, uploadedBytes: this.#uploadedBytes, readbacks: this.#readbacks, readBytes: this.#readBytes };
  }

  #countsOf(name: string): Counts {
    const known = this.#programs.get(name);
    if (known !== undefined) return known;
    const counts: Counts = { runs: 0, seconds: 0, firstSeconds: 0, gpuSeconds: null };
    this.#programs.set(name, counts);
    return counts;
  }
}
