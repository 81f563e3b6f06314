import type { Explanation } from '../../base/explained-error.ts';
import { nothingAsked, useEngine, type EngineState } from '../../store/run-store.ts';
import { useIsLive } from '../../store/use-run.ts';

/** What the models of the run shown here wrote; of a recording nothing, also while the engine's run has texts of candidates with the same ids. */
export function useSamples(): EngineState['samples'] {
  const live = useIsLive();
  return useEngine(({ samples }) => (live ? samples : nothingAsked.samples));
}

/** Why they did not write, when they were asked last. */
export function useSampleFailure(): Explanation | null {
  const live = useIsLive();
  return useEngine(({ sampleFailure }) => (live ? sampleFailure : null));
}
