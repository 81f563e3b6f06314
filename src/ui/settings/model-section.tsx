import { modelName } from '../../sources/model-ref.ts';
import { lookOf, useModels } from '../../store/model-store.ts';
import { useSettings } from '../../store/settings-store.ts';
import { count, parameters } from '../format/format.ts';
import { StateMark } from '../parts/state-mark.tsx';
import { openSheet } from '../shell/open-sheet.ts';

/** The model of the next run, and the way to another. */
export function ModelSection() {
  const model = useSettings((settings) => settings.draft.model);
  return (
    <section className="rail-section" aria-labelledby="model-title">
      <div className="rail-head rail-model-head">
        <h3 id="model-title" className="rail-name" title={model}>
          {modelName(model)}
        </h3>
        <button type="button" className="link-button" aria-haspopup="dialog" onClick={() => openSheet('models')}>
          Change model…
        </button>
      </div>
      <p className="note tertiary" role="status">
        <ModelLine model={model} />
      </p>
    </section>
  );
}

/** Size, or what stands in the way of knowing it. */
function ModelLine({ model }: { readonly model: string }) {
  const look = useModels((models) => lookOf(models, model));
  if (!look || look.status === 'looking') return 'Looking into it…';
  if (look.status === 'failed') {
    return (
      <span className="rail-problem">
        <StateMark state="err" /> {look.explanation.what}
      </span>
    );
  }
  const { spec, parameters: size, here } = look.inspection;
  return `${parameters(size.total)} parameters, ${count(spec.layers.length)} layers${here ? '' : ', not downloaded yet'}`;
}
