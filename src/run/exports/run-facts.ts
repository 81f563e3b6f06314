import type { RunConfig } from '../run-config.ts';
import type { RunResult } from '../run-result.ts';
import type { TokenSet } from '../token-set.ts';

/** The run that a model came from. */
export interface RunFacts {
  readonly config: RunConfig;
  /** Null where a model was exported as it is. */
  readonly result: RunResult | null;
  /** What was read for what. */
  readonly sets: readonly TokenSet[];
}
