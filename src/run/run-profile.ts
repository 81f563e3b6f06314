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
