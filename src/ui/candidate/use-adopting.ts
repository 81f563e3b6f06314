import type { FoundCandidate } from '../../store/find-candidate.ts';
import { useEngine } from '../../store/run-store.ts';
import { useIsLive, useRun } from '../../store/use-run.ts';
import { useCommands } from '../shell/engine-context.ts';

/** Making a candidate the parent. */
export interface Adopting {
  /** Why it cannot be, in words; null where it can. */
  readonly reason: string | null;
  /** It is chosen, and waits for the next generation. */
  readonly pending: boolean;
  readonly adopt: () => void;
}

export function useAdopting({ id, genome }: FoundCandidate): Adopting {
  const commands = useCommands();
  const live = useIsLive();
  const steered = useEngine((engine) => ['running', 'pausing', 'paused'].includes(engine.status));
  const pending = useEngine((engine) => engine.pendingParent === id);
  const isParent = useRun((run) => run.search?.parent.id === id);
  const finished = useRun((run) => run.search?.finished ?? true);
  const reason = !live
    ? 'A recording cannot be steered: only in a run on this device can a candidate become the parent.'
    : finished || !steered
      ? 'The search is over, so its parent stays as it is.'
      : isParent
        ? 'It is the parent now.'
        : null;
  return { reason, pending, adopt: () => commands.adopt({ id, genome }) };
}
