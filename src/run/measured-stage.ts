import type { FitnessKind } from '../evaluation/fitness.ts';
import type { MeasuringSet } from '../evaluation/measuring-set.ts';
import type { StageSums } from '../evaluation/stage-sums.ts';
import type { Transformer } from '../model/transformer.ts';
import type { ModelWeights, TokenBatch } from '../model/weights.ts';
import type { ModuleCache } from '../pruning/materialise.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { MeasureRequest } from '../search/measure.ts';
import type { DenseStates } from './dense-states.ts';
import type { RunConfig } from './run-config.ts';
import type { StageRace } from './stage-race.ts';

export interface MeasuringOptions {
  readonly runtime: Runtime;
  readonly transformer: Transformer;
  readonly dense: ModelWeights;
  readonly modules: ModuleCache;
  readonly fitnessPool: TokenBatch;
  /** Of the fitness pool. */
  readonly denseStates: DenseStates;
  readonly trainingPool: TokenBatch;
  readonly fitness: FitnessKind;
  /** Whether candidates that cannot survive their stage any more are dropped, and how sure that has to be. */
  readonly earlyStop: RunConfig['search']['earlyStop'];
  /** Whether fine-tuning changes embedding and head. */
  readonly trainEmbeddings: boolean;
  readonly seed: number;
  readonly sequencesPerBatch: number;
  /** For the hidden states of untrained candidates that go through the modules side by side. */
  readonly stateBytes: number;
  /** Told of tokens that passed through models: fractions where only some of the modules were run. */
  readonly count: (tokens: { readonly forward?: number; readonly trained?: number }) => void;
}

/** The sequences of a stage with what the dense model says of them, and where the candidates' sums go. */
export interface MeasuredStage {
  readonly request: MeasureRequest;
  readonly set: MeasuringSet;
  readonly sums: StageSums;
  /** Null where everybody is measured to the end. */
  readonly race: StageRace | null;
}
