import type { Phase } from './phases.ts';

/** What a phase has taken so far. */
export interface PhaseProfile {
  readonly phase: Phase;
  /** Active seconds. */
  readonly seconds: number;
  /** Counted: products with weights (`model/program-flop.ts`), and the greedy passes of the database by their formula (`cost.ts`). */
  readonly flop: number;
  readonly forwardTokens: number;
  readonly trainedTokens: number;
}

/** What a session or kernel has taken so far. */
export interface ProgramProfile {
  readonly name: string;
  readonly runs: number;
  /** Seconds of this thread inside its runs; on WebGPU recording them, the wait for the device is in `readback`. */
  readonly seconds: number;
  /** Seconds of the GPU by timestamp-query; null where they cannot be had. */
  readonly gpuSeconds: number | null;
}

/** Where a run's time went so far, and what moved between host and device. */
export interface RunProfile {
  readonly phases: readonly PhaseProfile[];
  /** The most seconds first. */
  readonly programs: readonly ProgramProfile[];
  readonly traffic: { readonly uploads: number; readonly uploadedBytes: number; readonly readbacks: number; readonly readBytes: number };
  /** Active seconds of the phases outside programs and kernels. Of the database phase none: pruning workers compute there, and this thread waits. */
  readonly hostSeconds: number;
  /** Float32 FLOP/s of the matmul probe; null where it was not measured. */
  readonly peakFlops: number | null;
  /** Live tensors and their bytes, and the most bytes that were alive at once. */
  readonly memory: { readonly tensors: number; readonly bytes: number; readonly peakBytes: number };
}

function merged<Entry>(before: readonly Entry[], now: readonly Entry[], key: (entry: Entry) => string, add: (a: Entry, b: Entry) => Entry): Entry[] {
  const entries = new Map(before.map((entry) => [key(entry), entry]));
  for (const entry of now) {
    const known = entries.get(key(entry));
    entries.set(key(entry), known === undefined ? entry : add(known, entry));
  }
  return [...entries.values()];
}

const addPhases = (a: PhaseProfile, b: PhaseProfile): PhaseProfile => ({
  phase: a.phase,
  seconds: a.seconds + b.seconds,
  flop: a.flop + b.flop,
  forwardTokens: a.forwardTokens + b.forwardTokens,
  trainedTokens: a.trainedTokens + b.trainedTokens,
});

const addPrograms = (a: ProgramProfile, b: ProgramProfile): ProgramProfile => ({
  name: a.name,
  runs: a.runs + b.runs,
  seconds: a.seconds + b.seconds,
  gpuSeconds: a.gpuSeconds === null && b.gpuSeconds === null ? null : (a.gpuSeconds ?? 0) + (b.gpuSeconds ?? 0),
});

/** The profile of a run that was cut off and went on: what it took before and since. */
export function addProfiles(before: RunProfile, now: RunProfile): RunProfile {
  const { traffic: a } = before;
  const { traffic: b } = now;
  return {
    phases: merged(before.phases, now.phases, ({ phase }) => phase, addPhases),
    programs: merged(before.programs, now.programs, ({ name }) => name, addPrograms).toSorted((left, right) => right.seconds - left.seconds),
    traffic: { uploads: a.uploads + b.uploads, uploadedBytes: a.uploadedBytes + b.uploadedBytes, readbacks: a.readbacks + b.readbacks, readBytes: a.readBytes + b.readBytes },
    hostSeconds: before.hostSeconds + now.hostSeconds,
    peakFlops: now.peakFlops ?? before.peakFlops,
    memory: { ...now.memory, peakBytes: Math.max(before.memory.peakBytes, now.memory.peakBytes) },
  };
}
