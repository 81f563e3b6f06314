import { useRun } from '../../store/use-run.ts';
import { changesBetween } from '../../store/steering.ts';
import { withChanges } from '../../store/search-in-force.ts';
import { describeChanges, sentenceOf } from './describe-changes.ts';
import type { EditableSearch } from './use-search-settings.ts';

const noChanges = [] as const;

/** The change that was made last and is in force, with a way back: a change of its own, from the next generation on. */
export function LastChange({ search }: { readonly search: EditableSearch }) {
  const { shown, revert } = search;
  const last = useRun((run) => run.search?.changes ?? noChanges).at(-1);
  const back = last && changesBetween(shown, withChanges(shown, last.before));
  if (!last || !back) return null;
  return (
    <p className="last-change note">
      <span>
        Since generation {last.generation}: {describeChanges(last.before, last.after).map(sentenceOf).join(', ')}
      </span>
      <button type="button" className="link-button" aria-label={`Undo the change of generation ${last.generation}`} onClick={() => revert(back)}>
        Undo
      </button>
    </p>
  );
}
