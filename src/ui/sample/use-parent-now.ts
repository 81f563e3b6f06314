import { useRun } from '../../store/use-run.ts';
import type { ParentNow } from './sample-words.ts';

/** The parent as the run shown here has it now. */
export function useParentNow(): ParentNow {
  const id = useRun((run) => run.search?.parent.id ?? null);
  const over = useRun((run) => run.result !== null);
  const postTrained = useRun((run) => run.quality.searched !== undefined);
  return { id, over, postTrained };
}
