import { Lock } from 'lucide-react';
import type { ModelSpec } from '../../model/spec.ts';
import { damping } from '../../run/damping.ts';
import type { RunConfig } from '../../run/run-config.ts';
import { modelName } from '../../sources/model-ref.ts';
import { knownModel, useModels } from '../../store/model-store.ts';
import { closePlayback } from '../../store/playback-store.ts';
import { engineStore } from '../../store/run-store.ts';
import { useIsLive, useRun } from '../../store/use-run.ts';
import { searchInForce } from '../../store/search-in-force.ts';
import { editDraft, setDrafting } from '../../store/settings-store.ts';
import { textName } from '../../store/text-place.ts';
import { leaf } from '../../store/view-store.ts';
import { learningRate, parameters, percent, tokens } from '../format/format.ts';
import { targetShort } from '../format/target-words.ts';
import { Button } from '../parts/button.tsx';
import { Facts, type Fact } from '../parts/facts.tsx';
import { InfoPopover } from '../parts/info-popover.tsx';
import { CorpusTable } from './corpus-table.tsx';
import { earlyStopWords } from './early-stop-field.tsx';
import { isActive } from '../shell/run-activity.ts';
import { showSettings } from '../shell/show-settings.ts';
import { strategyName } from './strategy-notes.ts';
import { parametersAt } from './target-field.tsx';

function factsOf(config: RunConfig, spec: ModelSpec | null): Fact[] {
  const { training, heldOut } = config.texts;
  const { target, postTraining } = config;
  const size = spec && !('parameters' in target) ? ` · ${'speedup' in target ? 'perhaps ' : ''}${parameters(parametersAt(spec, target))}` : '';
  return [
    ['Model', modelName(config.model)],
    ['Target', `${targetShort(target)}${size}`],
    ['Strategy', strategyName(config.search.strategy)],
    ['Attention cut', config.granularity === 'kv-group' ? 'KV group' : 'query head'],
    ['Levels', `0–${config.levels}`],
    ['Damping', percent(damping)],
    ['Fitness', config.search.fitness === 'kl' ? 'KL to dense' : 'perplexity'],
    ['Early stop', earlyStopWords(config.search.earlyStop)],
    ['Training text', textName(training)],
    ['Held-out text', textName(heldOut)],
    ['Calibration', `${tokens(config.calibrationTokens)} tokens`],
    ['Post-training', postTraining.tokens > 0 ? `${tokens(postTraining.tokens)} tokens at ${learningRate(postTraining.learningRate)}` : 'off'],
    ['Held out', `${tokens(config.evaluation.tokens)} tokens`],
    ['Embeddings', config.trainEmbeddings ? 'trained' : 'frozen'],
    ['Stored levels', config.databasePrecision],
    ['MLPs cut on', config.databaseOn === 'gpu' ? 'GPU' : 'CPU'],
    ['Seed', String(config.seed)],
  ];
}

/** What this run was started with and cannot change. */
export function FixedSection() {
  const config = useRun((run) => run.config);
  const known = useModels((models) => (config ? (knownModel(models, config.model)?.spec ?? null) : null));
  const told = useRun((run) => run.model?.spec ?? null);
  const live = useIsLive();
  const cut = useRun((run) => run.corpus !== null);
  if (!config) return null;
  return (
    <section className="rail-section rail-fixed" aria-labelledby="fixed-title">
      <h3 id="fixed-title" className="rail-locked">
        <Lock size={12} aria-hidden />
        {live ? 'Fixed for this run' : 'Fixed when it started'}
      </h3>
      <Facts facts={factsOf(config, told ?? known)} />
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
      <CopyButton config={config} live={live} />
    </section>
  );
}

/** Puts every setting of the run that is shown into the draft of the next; the run itself goes on. */
function CopyButton({ config, live }: { readonly config: RunConfig; readonly live: boolean }) {
  const changes = useRun((run) => run.search?.changes);
  const copy = () => {
    const settings = searchInForce({ config, search: changes ? { changes } : null });
    editDraft(() => ({ ...config, search: settings ?? config.search }));
    setDrafting(isActive(engineStore.getState().status));
    if (live) return;
    closePlayback();
    leaf({ candidate: null });
    showSettings();
  };
  return (
    <Button wide onClick={copy}>
      {live ? 'Change in a new run…' : 'Use in a new run…'}
    </Button>
  );
}
