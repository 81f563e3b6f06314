import { getHeapCodeStatistics, getHeapSpaceStatistics } from 'node:v8';

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
    return `live ${megabytes(this.#bytes.at(-1) ?? 0)} MB (${parts()})`;
  }

  /** Of the last look against that after the first minute. */
  get growth(): number {
    const [first, last] = [this.#bytes[0], this.#bytes.at(-1)];
    return first === undefined || last === undefined ? 0 : last / first - 1;
  }

  summary(): string {
    return `live memory in MB, about once a minute: ${this.#bytes.map(megabytes).join(' ')}; ${(100 * this.growth).toFixed(2)} % from the first to the last`;
  }
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(2);

/** Where it lies: what V8 compiled lies apart from what the program made, and comes and goes with the machine's pace. */
function parts(): string {
  const spaces = getHeapSpaceStatistics().map(({ space_name, space_used_size }) => [space_name.replace(/_space$/, ''), space_used_size] as const);
  const { external } = process.memoryUsage();
  const bytecode = getHeapCodeStatistics().bytecode_and_metadata_size; // a part of the old space
  return [...spaces, ['bytecode', bytecode] as const, ['external', external] as const].flatMap(([name, bytes]) => (bytes < 5000 ? [] : [`${name} ${megabytes(bytes)}`])).join(', ');
}

function liveBytes(): number {
  if (globalThis.gc === undefined) throw new Error('start node with --expose-gc');
  for (let pass = 0; pass < 3; pass++) globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
