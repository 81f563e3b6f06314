import { knownModel, useModels } from '../../store/model-store.ts';
import { useSettings } from '../../store/settings-store.ts';
import { StateMark } from '../parts/state-mark.tsx';
import { openSheet } from '../shell/open-sheet.ts';

/** Why Start cannot be pressed, beside it, and the way to what can be done. */
export function StartProblem({ why }: { readonly why: string | null }) {
  const model = useSettings((settings) => settings.draft.model);
  const look = useModels((models) => models.looks.get(model)?.status);
  const known = useModels((models) => knownModel(models, model) !== null);
  if (why === null) return null;
  const waiting = look === undefined || look === 'looking';
  return (
    <p className="small secondary start-problem" role="status">
      {!waiting && <StateMark state="err" />}
      <span>
        {why}{' '}
        {!waiting && (
          <button type="button" className="link-button" aria-haspopup="dialog" onClick={() => openSheet(known ? 'memory' : 'models')}>
            {known ? 'What would help' : 'Choose a model'}
          </button>
        )}
      </span>
    </p>
  );
}
