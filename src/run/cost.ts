import type { ModelSpec } from '../model/spec.ts';
import { moduleIds, outputColumns, prunableParameters } from '../model/spec.ts';
import { passFlop } from '../pruning/obs-shape.ts';
import type { RunConfig } from './run-config.ts';
import type { Phase } from './run-events.ts';
import { expectedKept } from './target.ts';

/** What a run will cost, before it starts. */
export interface RunCost {
  /** Tokens through forward passes, training not counted. */
  readonly forwardTokens: number;
  /** Tokens of fine-tuning and post-training. */
  readonly trainedTokens: number;
  readonly flop: { readonly calibrate: number; readonly database: number; readonly search: number; readonly postTrain: number; readonly evaluate: number };
  readonly totalFlop: number;
  /** FLOP of one generation. */
  readonly generationFlop: number;
}

/** Multiplying parameters that a token passes: `prunable` share kept, and the head. */
const activeParameters = (spec: ModelSpec, keptShare: number, heads: number): number =>
  prunableParameters(spec) * keptShare + heads * spec.vocabulary * spec.hidden;

/** Structured OBS in float64 over all modules. */
export function databaseFlop(spec: ModelSpec): number {
  return moduleIds(spec).reduce((sum, id) => sum + passFlop(outputColumns(spec, id), spec.hidden), 0);
}

/**
 * The cost of a run: `6 P` FLOP a trained token and `2 P` a measured one (Kaplan et al., arXiv 2001.08361), P the parameters
 * that multiply at the target size, the head included.
 */
export function estimateCost(config: RunConfig, spec: ModelSpec): RunCost {
  const { search, postTraining, evaluation } = config;
  const kept = expectedKept(config.target, spec);
  const small = activeParameters(spec, kept, 1);
  const dense = activeParameters(spec, 1, 1);
  const last = search.stages.length - 1;
  let train = 0;
  let test = 0;
  let entering = search.offspring;
  for (const [index, stage] of search.stages.entries()) {
    const measured = entering + (index === last ? 1 : 0);
    train += measured * stage.trainingTokens;
    test += measured * stage.fitnessTokens;
    entering = stage.survivors;
  }
  const reference = search.stages.reduce((sum, stage) => sum + stage.fitnessTokens, 0);
  const generationFlop = 6 * small * train + 2 * small * test + 2 * dense * reference;
  const pruned = postTraining.tokens > 0 ? 3 : 2; // uniform, the winner, and the winner before post-training
  const generations = search.strategy === 'uniform' ? 0 : search.generations;
  const flop = {
    calibrate: 2 * (activeParameters(spec, 1, 0) + gramWidth(spec)) * config.calibrationTokens,
    database: databaseFlop(spec),
    search: generations * generationFlop,
    postTrain: 6 * small * postTraining.tokens,
    evaluate: 2 * (dense + pruned * small) * evaluation.tokens,
  };
  return {
    forwardTokens: generations * test + config.calibrationTokens + (1 + pruned) * evaluation.tokens,
    trainedTokens: generations * train + postTraining.tokens,
    flop,
    totalFlop: Object.values(flop).reduce((sum, value) => sum + value, 0),
    generationFlop,
  };
}

/** Multiply-adds a token of the Gram matrices: the squared widths of all output projections' inputs. */
function gramWidth(spec: ModelSpec): number {
  return spec.layers.reduce((sum, { channels, queryGroups }) => {
    const columns = queryGroups.reduce((heads, size) => heads + size, 0) * spec.headDim;
    return sum + columns ** 2 + channels ** 2;
  }, 0);
}

/** FLOP of each phase of a run: what its time is estimated by. The export's check is a forward pass of a few sequences. */
export function phaseCosts(config: RunConfig, spec: ModelSpec): Readonly<Record<Phase, number>> {
  const { flop } = estimateCost(config, spec);
  const check = 6 * activeParameters(spec, expectedKept(config.target, spec), 1) * 512;
  return {
    load: 0,
    calibrate: flop.calibrate,
    database: flop.database,
    search: flop.search,
    'post-train': flop.postTrain,
    evaluate: flop.evaluate,
    export: config.exports.length * check,
  };
}
