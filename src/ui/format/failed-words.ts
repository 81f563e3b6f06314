import { failureWords } from '../../search/failure.ts';
import type { Failed } from '../../store/run-state.ts';

/** "failed: its fine-tuning diverged"; null where it did not fail in that stage. */
export function failedIn(failed: readonly Failed[] | undefined, stage: number): string | null {
  const failure = failed?.find((each) => each.stage === stage);
  return failure ? `failed: ${failureWords[failure.reason]}` : null;
}
