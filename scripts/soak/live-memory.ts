/** Seconds between two looks. */
const interval = 60;

/** Live memory of this process over time: what is left of the heap and of arrays outside of it once nothing is garbage. */
export class LiveMemory {
  readonly #bytes: number[] = [];
  readonly #began = performance.now();
  #next = interval;

  /** Looks, once a minute; what it saw in words, or null where a minute is not over. */
  async look(): Promise<string | null> {
    const seconds = (performance.now() - this.#began) / 1000;
    if (seconds < this.#next) return null;
    this.#next = seconds + interval;
    await new Promise((resolve) => void setTimeout(resolve, 100)); // what is freed behind the last event
    this.#bytes.push(liveBytes());
    return `live ${((this.#bytes.at(-1) ?? 0) / 1e6).toFixed(2)} MB`;
  }

  /** Of the last look against that after the first minute. */
  get growth(): number {
    const [first, last] = [this.#bytes[0], this.#bytes.at(-1)];
    return first === undefined || last === undefined ? 0 : last / first - 1;
  }

  summary(): string {
    return `live memory in MB, about once a minute: ${this.#bytes.map((bytes) => (bytes / 1e6).toFixed(2)).join(' ')}; ${(100 * this.growth).toFixed(2)} % from the first to the last`;
  }
}

function liveBytes(): number {
  if (globalThis.gc === undefined) throw new Error('start node with --expose-gc');
  for (let pass = 0; pass < 3; pass++) globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
