import { estimateCost } from '../../run/cost.ts';
import { knownModel, useModels } from '../../store/model-store.ts';
import { useRun } from '../../store/use-run.ts';
import type { SearchSettings } from '../../store/search-in-force.ts';
import { changesBetween } from '../../store/steering.ts';
import { percent } from '../format/format.ts';
import { changesMeasure, describeChanges, sentenceOf } from './describe-changes.ts';
import type { EditableSearch } from './use-search-settings.ts';

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** "no change in cost", or how much dearer a generation gets. */
function useCostChange(before: SearchSettings | null, after: SearchSettings): string {
  const config = useRun((run) => run.config);
  const spec = useModels((models) => (config ? (knownModel(models, config.model)?.spec ?? null) : null));
  if (!config || !before || !spec) return '';
  const of = (search: SearchSettings) => estimateCost({ ...config, search }, spec);
  const perGeneration = of(after).generationFlop / of(before).generationFlop;
  if (Math.abs(perGeneration - 1) >= 0.005) {
    return perGeneration > 1 ? `a generation costs ${percent(perGeneration - 1, 0)} more` : `a generation costs ${percent(1 - perGeneration, 0)} less`;
  }
  return before.generations === after.generations ? 'no change in cost' : 'no change in cost per generation';
}

/** Edits that wait for the next generation, with a way back. */
export function PendingChanges({ search }: { readonly search: EditableSearch }) {
  const { inForce, shown, revert } = search;
  const generation = useRun((run) => run.search?.generation ?? 0);
  const cost = useCostChange(inForce, shown);
  const back = inForce && changesBetween(shown, inForce);
  if (!inForce || !back) return null;
  const changes = describeChanges(inForce, shown);
  return (
    <div className="pending" role="status">
      <div className="pending-head">
        <strong className="changed">{changes.map((change) => upperFirst(sentenceOf(change))).join('; ')}</strong>
        <button type="button" className="link-button changed" title="Undo (Ctrl Z)" onClick={() => revert(back)}>
          Undo
        </button>
      </div>
      from generation {generation + 1}
      {cost !== '' && ` · ${cost}`}
      {changesMeasure(inForce.stages, shown.stages) && ' · the measure changes'}
    </div>
  );
}
