import { inNode } from './load-ort.ts';

/** More threads than this bring little for matrices of a small model and starve the page. */
const MOST_THREADS = 4;

export interface ThreadChoice {
  readonly threads: number;
  readonly cores: number;
  /** Why this many, in one sentence. */
  readonly reason: string;
}

/** The number of threads that WebAssembly can and should use here: `wanted`, or up to four, or one without shared memory. */
export function chooseThreads(wanted?: number): ThreadChoice {
  const cores = coreCount();
  if (!inNode() && !globalThis.crossOriginIsolated) {
    return { threads: 1, cores, reason: 'This page is not cross-origin isolated, so WebAssembly uses one thread.' };
  }
  if (wanted !== undefined) return { threads: wanted, cores, reason: `Threads as asked: ${wanted}.` };
  const threads = Math.min(cores, MOST_THREADS);
  return { threads, cores, reason: `There are ${cores} cores, of which WebAssembly uses ${threads}.` };
}

function coreCount(): number {
  if (inNode()) return process.getBuiltinModule('node:os').availableParallelism();
  return navigator.hardwareConcurrency;
}
