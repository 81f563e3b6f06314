import { Worker } from 'node:worker_threads';
import { mostMilliseconds } from './fuzz-parser.ts';
import { Progress } from './progress.ts';

export interface Failure {
  readonly number: number;
  readonly fault: string;
}

export interface Tally {
  readonly read: number;
  readonly refused: number;
  readonly failures: readonly Failure[];
  /** Milliseconds of the processor. */
  readonly slowest: number;
  /** Bytes. */
  readonly largest: number;
}

/** Milliseconds between two looks. */
const LOOK = 25;
/** Times the milliseconds that an input may take, for those that wait and do nothing, or share the machine with other work. */
const PATIENCE = 30;
/** Bytes of a worker's heap, and that the whole process may grow by, before an input counts as one that takes all memory. */
const HEAP_MB = 384;
const RESIDENT = 1e9;

/** Looks at one input after the other; says what is wrong with the one that is being read, or null. */
function createLook(progress: Progress): () => string | null {
  const resident = process.memoryUsage().rss;
  let [seen, cpu, since] = [-1, process.cpuUsage(), performance.now()];
  return () => {
    const begun = progress.get('begun');
    if (begun !== seen) [seen, cpu, since] = [begun, process.cpuUsage(), performance.now()];
    const { user, system } = process.cpuUsage(cpu);
    // This thread and the collector of garbage count too, so twice the limit.
    if ((user + system) / 1000 > 2 * mostMilliseconds) return `it hangs: more than ${mostMilliseconds} ms of the processor`;
    if (performance.now() - since > PATIENCE * mostMilliseconds) return 'it waits without end';
    return process.memoryUsage().rss - resident > RESIDENT ? 'it takes all memory' : null;
  };
}

/** Runs a worker until it is through, dies or has to be ended; why it ended, or null where it is through. */
async function runWorker(name: string, { seed, from, to }: Span, progress: Progress, onFailure: (failure: Failure) => void): Promise<string | null> {
  const job = { name, seed, from, to, memory: progress.memory };
  const worker = new Worker(new URL('start-worker.mjs', import.meta.url), { workerData: job, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: HEAP_MB } });
  worker.on('message', onFailure);
  const ended = new Promise<string | null>((resolve) => {
    worker.on('error', (error) => resolve(`it ended its thread: ${error instanceof Error ? error.message : String(error)}`));
    worker.on('exit', () => resolve(progress.get('finished') === 1 ? null : 'it ended its thread'));
  });
  // Loading the parsers is not reading an input.
  const look = createLook(progress);
  let hung: string | null = null;
  const watcher = setInterval(() => {
    if (progress.get('begun') === 0 || hung !== null) return;
    hung = look();
    if (hung !== null) void worker.terminate();
  }, LOOK);
  const end = await ended;
  clearInterval(watcher);
  return hung ?? end;
}

interface Span {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
}

/** Lets a parser read the inputs of some numbers in workers; where one hangs or dies, another goes on behind that input. */
export async function watch(name: string, { seed, from, to }: Span): Promise<Tally> {
  const failures: Failure[] = [];
  const progresses: Progress[] = [];
  for (let next = from; next < to; ) {
    const progress = new Progress();
    progresses.push(progress);
    const end = await runWorker(name, { seed, from: next, to }, progress, (failure) => failures.push(failure));
    if (end === null) break;
    if (progress.get('begun') === 0) throw new Error(`the worker of ${name} did not start: ${end}`);
    const number = progress.get('current');
    failures.push({ number, fault: end });
    next = number + 1;
  }
  const all = (place: Parameters<Progress['get']>[0]): number[] => progresses.map((progress) => progress.get(place));
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, value) => total + value, 0);
  return { read: sum(all('read')), refused: sum(all('refused')), failures, slowest: Math.max(...all('slowest')), largest: Math.max(...all('largest')) };
}
