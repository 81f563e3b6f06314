import type { ModelSpec } from '../../model/spec.ts';
import type { ModelAbout } from '../../sources/model-about.ts';
import type { ExportedFormat } from '../exports/export-events.ts';
import type { RunConfig } from '../run-config.ts';
import type { ParameterCounts, RunResult } from '../run-result.ts';
import type { TokenSet } from '../token-set.ts';

/** What a model card is written from. */
export interface ModelCardFacts {
  /** Of the model folder. */
  readonly name: string;
  /** Where the base model came from, as sources/model-ref.ts writes it, or (headless) a path. */
  readonly baseModel: string;
  readonly about: ModelAbout;
  /** The model as it is exported. */
  readonly spec: ModelSpec;
  /** Before and after; the same where nothing was pruned. The counts of `result` go before them. */
  readonly dense: ParameterCounts;
  readonly pruned: ParameterCounts;
  readonly config: RunConfig;
  /** Null for a model that is exported as it was opened, without a run. */
  readonly result: RunResult | null;
  /** What the run read; null where that is not known. */
  readonly sets: readonly TokenSet[] | null;
  /** With the paths that their files have in the model folder. */
  readonly formats: readonly ExportedFormat[];
  /** Paths of all other files in the folder. */
  readonly files: readonly string[];
  /** What whoever loads the model has to know, in sentences. */
  readonly warnings: readonly string[];
}

/** Of the run where there was one. */
export const parametersOf = ({ result, dense, pruned }: ModelCardFacts): { readonly dense: ParameterCounts; readonly pruned: ParameterCounts } =>
  result?.parameters ?? { dense, pruned };

/** Layers of unlike shape are loaded by code that lies in the folder. */
export const hasRemoteCode = ({ files }: ModelCardFacts): boolean => files.some((path) => path.endsWith('modeling_pruned.py'));
