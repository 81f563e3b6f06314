import { prunableParameters, totalParameters, type ModelSpec } from '../model/spec.ts';
import { phaseCosts } from './cost.ts';
import { stageWorks, type StageWork } from './generation-pace.ts';
import { budgets } from './memory-budgets.ts';
import type { RunConfig } from './run-config.ts';
import type { Phase } from './run-events.ts';
import { expectedKept, isSpeed } from './target.ts';

/** FLOP/s of a worker that cuts levels in float64, before it was measured. */
const cuttingFlopsEach = 2e9;
/** Bytes a second that exports are written with, and seconds of compiling what was written. */
const writtenPerSecond = 2e8;
const reopening = 0.3;
/** Tokens as many as a written one costs in a pass: all weights are read for one. */
const decodeAsTokens = 8;
/** Measurements on the way through post-training, the first and the last among them. */
const watched = 12;
const timingPlan = { runs: 6, prefillTokens: 512, decodeTokens: 33 };

/** What a run is expected to take, apart from how fast the device is. */
export interface ExpectedCosts {
  readonly flop: Readonly<Record<Phase, number>>;
  readonly generations: number;
  /** Stages of a generation at the settings of the start. */
  readonly works: readonly StageWork[];
  /** FLOP of a token in a forward pass of a candidate. */
  readonly candidateFlop: number;
  /** The fitness pool: its sequences, how many dense states are kept, FLOP of the dense model's modules on one. */
  readonly pool: { readonly sequences: number; readonly kept: number; readonly sequenceFlop: number };
  /** FLOP/s of all workers that cut levels, before it was measured. */
  readonly cuttingFlops: number;
  /** Timing of the models after the evaluation (its FLOP, and its seconds at most), and of the levels. */
  readonly timing: { readonly speedFlop: number; readonly speedSeconds: number; readonly latencySeconds: number };
  /** Writing the exports and opening them again. */
  readonly exportSeconds: number;
}

/** What the run has besides its settings. */
export interface Circumstances {
  readonly spec: ModelSpec;
  /** Tokens of a sequence, and sequences of the fitness pool. */
  readonly length: number;
  readonly poolSequences: number;
  /** Held-out tokens that post-training watches. */
  readonly validationTokens: number;
  readonly pruneWorkers: number;
  /** Seconds that the timing of one model, and that of all levels, may take. */
  readonly speedSeconds: number;
  readonly latencySeconds: number;
}

export function expectedCosts(config: RunConfig, { spec, length, poolSequences, validationTokens, pruneWorkers, speedSeconds, latencySeconds }: Circumstances): ExpectedCosts {
  const { search, target, exports } = config;
  const head = spec.vocabulary * spec.hidden;
  const kept = expectedKept(target, spec) * prunableParameters(spec);
  const stateBytes = length * spec.hidden * Float32Array.BYTES_PER_ELEMENT;
  const bytes = 4 * (totalParameters(spec) - prunableParameters(spec) + kept);
  const flop = phaseCosts(config, spec);
  const tokens = timingPlan.runs * (timingPlan.prefillTokens + decodeAsTokens * timingPlan.decodeTokens);
  return {
    flop: { ...flop, 'post-train': flop['post-train'] + 2 * watched * validationTokens * (kept + head) },
    generations: search.strategy === 'uniform' ? 0 : search.generations,
    works: stageWorks(search.offspring, search.stages, length),
    candidateFlop: 2 * (kept + head),
    pool: { sequences: poolSequences, kept: Math.floor(budgets.denseStates / stateBytes), sequenceFlop: 2 * prunableParameters(spec) * length },
    cuttingFlops: cuttingFlopsEach * pruneWorkers,
    timing: {
      speedFlop: 2 * tokens * (prunableParameters(spec) + 2 * kept),
      speedSeconds: 3 * speedSeconds,
      latencySeconds: isSpeed(target) ? latencySeconds : 0,
    },
    exportSeconds: exports.length * (reopening + bytes / writtenPerSecond),
  };
}
