import { bundledModel } from '../../store/bundled-model.ts';
import { useRun } from '../../store/run-store.ts';
import { count, parameters } from '../format/format.ts';
import { Facts } from '../parts/facts.tsx';
import { InfoPopover } from '../parts/info-popover.tsx';

export function ModelChip() {
  const model = useRun((run) => run.model);
  const asked = useRun((run) => (run.failure ? null : (run.config?.model ?? null)));
  if (!model) return <span className="chip small tertiary">{asked === null ? 'No model loaded' : `Loading ${asked}`}</span>;
  const trigger = (
    <button type="button" className="chip small">
      <span className="strong">{model.id}</span>
      <span className="chip-detail tertiary">
        {parameters(model.parameters)} · {count(model.layers)} layers
      </span>
    </button>
  );
  return (
    <InfoPopover trigger={trigger} title={model.id}>
      {model.id === bundledModel.id && <p>The model that comes with this page: {bundledModel.description}.</p>}
      <Facts
        facts={[
          ['Architecture', model.family],
          ['Parameters', count(model.parameters)],
          ['of which can be pruned', count(model.prunable)],
          ['Layers', count(model.layers)],
          ['Width', count(model.hidden)],
          ['Vocabulary', count(model.vocabulary)],
        ]}
      />
    </InfoPopover>
  );
}
