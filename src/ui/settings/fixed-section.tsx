import { Lock } from 'lucide-react';
import { useState } from 'react';
import type { ModelInspection } from '../../model/inspect-model.ts';
import type { RunConfig } from '../../run/run-config.ts';
import { modelName } from '../../sources/model-ref.ts';
import { knownModel, useModels } from '../../store/model-store.ts';
import { useRun } from '../../store/use-run.ts';
import { searchInForce } from '../../store/search-in-force.ts';
import { settingsStore } from '../../store/settings-store.ts';
import { textName } from '../../store/text-place.ts';
import { parameters, percent, tokens } from '../format/format.ts';
import { Button } from '../parts/button.tsx';
import { Facts, type Fact } from '../parts/facts.tsx';
import { InfoPopover } from '../parts/info-popover.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { useCommands } from '../shell/engine-context.ts';
import { CorpusTable } from './corpus-table.tsx';
import { parametersAt } from './draft-section.tsx';
import { strategyName } from './strategy-notes.ts';

function factsOf(config: RunConfig, size: ModelInspection['parameters'] | null): Fact[] {
  const { training, heldOut } = config.texts;
  return [
    ['Model', modelName(config.model)],
    ['Target', `${percent(config.target.sparsity)}${size ? ` · ${parameters(parametersAt(size, config.target.sparsity))}` : ''}`],
    ['Strategy', strategyName(config.search.strategy)],
    ['Attention cut', config.granularity === 'kv-group' ? 'KV group' : 'query head'],
    ['Levels', `0–${config.levels}`],
    ['Fitness', config.search.fitness === 'kl' ? 'KL to dense' : 'perplexity'],
    ['Training text', textName(training)],
    ['Held-out text', textName(heldOut)],
    ['Calibration', `${tokens(config.calibrationTokens)} tokens`],
    ['Post-training', config.postTraining.tokens > 0 ? `${tokens(config.postTraining.tokens)} tokens` : 'off'],
    ['Held out', `${tokens(config.evaluation.tokens)} tokens`],
    ['Seed', String(config.seed)],
  ];
}

/** What this run was started with and cannot change. */
export function FixedSection() {
  const config = useRun((run) => run.config);
  const size = useModels((models) => (config ? (knownModel(models, config.model)?.parameters ?? null) : null));
  const cut = useRun((run) => run.corpus !== null);
  const [asking, setAsking] = useState(false);
  if (!config) return null;
  return (
    <section className="rail-section rail-fixed" aria-labelledby="fixed-title">
      <h3 id="fixed-title" className="rail-locked">
        <Lock size={12} aria-hidden />
        Fixed for this run
      </h3>
      <Facts facts={factsOf(config, size)} />
      {cut && (
        <InfoPopover
          title="What this run reads"
          trigger={
            <button type="button" className="link-button fixed-texts">
              What it reads
            </button>
          }
        >
          <CorpusTable />
        </InfoPopover>
      )}
      <Button wide onClick={() => setAsking(true)}>
        Change in a new run…
      </Button>
      {asking && <NewRunSheet config={config} onClose={() => setAsking(false)} />}
    </section>
  );
}

function NewRunSheet({ config, onClose }: { readonly config: RunConfig; readonly onClose: () => void }) {
  const commands = useCommands();
  const search = useRun((run) => run.search);
  const leave = () => {
    const settings = searchInForce({ config, search });
    settingsStore.setState({ draft: { ...config, search: settings ?? config.search } });
    commands.cancel();
    onClose();
  };
  return (
    <Sheet open onClose={onClose} title="End this run and change its settings?" place="middle">
      <div className="sheet-body">
        <p>Every setting of this run goes into the form, ready to edit. The run itself ends and is not kept. To keep its parent, press Stop instead: it is then evaluated and can be saved.</p>
        <div className="sheet-actions">
          <Button look="primary" onClick={leave}>
            End the run
          </Button>
          <Button onClick={onClose}>Go on</Button>
        </div>
      </div>
    </Sheet>
  );
}
