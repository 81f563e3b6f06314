import type { ModelSummary } from '../../run/run-events.ts';
import { modelName, parseAddress } from '../../sources/model-ref.ts';
import { bundledModel } from '../../store/bundled-model.ts';
import { knownModel, useModels } from '../../store/model-store.ts';
import { isOver, useEngine } from '../../store/run-store.ts';
import { useRun } from '../../store/use-run.ts';
import { useSettings } from '../../store/settings-store.ts';
import { count, missing, parameters, percent } from '../format/format.ts';
import { Button } from '../parts/button.tsx';
import { Facts } from '../parts/facts.tsx';
import { InfoPopover } from '../parts/info-popover.tsx';
import { openSheet } from '../shell/open-sheet.ts';

/** The run's model; before a run the one that is chosen, and the way to another. */
export function ModelChip() {
  const idle = useEngine((engine) => engine.status === 'idle');
  const model = useRun((run) => run.model);
  const asked = useRun((run) => (run.failure ? null : (run.config?.model ?? null)));
  if (idle) return <ChosenModel />;
  if (!model) return <span className="chip small tertiary">{asked === null ? 'No model loaded' : `Loading ${modelName(asked)}`}</span>;
  return <LoadedModel model={model} />;
}

function ChosenModel() {
  const model = useSettings((settings) => settings.draft.model);
  const inspection = useModels((models) => knownModel(models, model));
  const download = useModels((models) => models.downloads.get(model));
  const size = inspection && `${parameters(inspection.parameters.total)} · ${count(inspection.spec.layers.length)} layers`;
  return (
    <button type="button" className="chip small" aria-haspopup="dialog" title="Choose a model" onClick={() => openSheet('models')}>
      <span className="strong chip-name">{modelName(model)}</span>
      <span className="chip-detail tertiary figures">{download?.status === 'running' ? `downloading, ${percent(download.total > 0 ? download.done / download.total : 0, 0)}` : size}</span>
    </button>
  );
}

function LoadedModel({ model }: { readonly model: ModelSummary }) {
  const over = useEngine((engine) => isOver(engine.status));
  const { about } = model;
  const card = about.card === null ? null : parseAddress(about.card);
  const trigger = (
    <button type="button" className="chip small">
      <span className="strong chip-name">{modelName(model.id)}</span>
      <span className="chip-detail tertiary">
        {parameters(model.parameters)} · {count(model.layers)} layers
      </span>
    </button>
  );
  return (
    <InfoPopover trigger={trigger} title={about.name}>
      {model.id === bundledModel.id && <p>The model that comes with this page: {bundledModel.description}.</p>}
      <Facts
        facts={[
          ['Architecture', model.family],
          ['Parameters', count(model.parameters)],
          ['of which can be pruned', count(model.prunable)],
          ['Layers', count(model.layers)],
          ['Width', count(model.hidden)],
          ['Vocabulary', count(model.vocabulary)],
          ['Licence', about.licence ?? 'not told'],
          ['Revision', about.revision?.slice(0, 12) ?? missing],
        ]}
      />
      {card && (
        <a className="small" href={card.href} target="_blank" rel="noreferrer">
          Model card at {card.host}
        </a>
      )}
      {over && (
        <Button aria-haspopup="dialog" onClick={() => openSheet('models')}>
          Choose another model…
        </Button>
      )}
    </InfoPopover>
  );
}
