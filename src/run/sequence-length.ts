import type { ModelSpec } from '../model/spec.ts';
import type { RunConfig } from './run-config.ts';

/** Longest sequence that a run uses, tokens: what small models are trained on, and what keeps attention cheap. */
const longestSequence = 256;

/** Sequences are as long as the model and the smallest measurement allow, 256 at most. */
export function sequenceLength(config: RunConfig, spec: ModelSpec): number {
  const smallest = Math.min(...config.search.stages.map((stage) => stage.fitnessTokens));
  return Math.max(2, Math.min(longestSequence, spec.maxPositions, smallest));
}
