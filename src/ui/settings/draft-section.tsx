import type { RunConfig } from '../../run/run-config.ts';
import { engineStore } from '../../store/run-store.ts';
import { editDraft, editSearch, useSettings } from '../../store/settings-store.ts';
import { NumberInput } from '../parts/number-input.tsx';
import { Segmented } from '../parts/segmented.tsx';
import { useCommands } from '../shell/engine-context.ts';
import { isActive } from '../shell/run-activity.ts';
import { EarlyStopField } from './early-stop-field.tsx';
import { strategies, strategyNotes } from './strategy-notes.ts';
import { TargetField } from './target-field.tsx';

const doubled = (least: number) => (value: number, direction: 1 | -1) => (direction === 1 ? Math.max(least, value * 2) : Math.floor(value / 2));

/** What is fixed once the run starts. */
export function DraftSection() {
  const draft = useSettings((settings) => settings.draft);
  return (
    <section className="rail-section" aria-labelledby="draft-title">
      <div className="rail-head">
        <h3 id="draft-title">Run</h3>
        <span className="note tertiary">fixed once it starts</span>
      </div>
      <TargetField />
      <div className="rail-choice">
        <Segmented wide label="Strategy" value={draft.search.strategy} options={strategies} onChange={(strategy) => editSearch({ strategy })} />
        <p className="note tertiary">{strategyNotes[draft.search.strategy]}</p>
      </div>
      <Choices draft={draft} />
      <Counts draft={draft} />
      {draft.search.strategy !== 'uniform' && <EarlyStopField value={draft.search.earlyStop} />}
      <MemoryFields draft={draft} />
    </section>
  );
}

function Choices({ draft }: { readonly draft: RunConfig }) {
  const commands = useCommands();
  const setBackend = (backend: RunConfig['backend']) => {
    editDraft((before) => ({ ...before, backend }));
    // Another backend would end the run that is under way; it is timed when this one starts.
    if (!isActive(engineStore.getState().status)) commands.probe(backend);
  };
  return (
    <div className="rail-fields">
      <Choice label="Attention cut" value={draft.granularity} options={[['kv-group', 'KV group'], ['query-head', 'Head']]} onChange={(granularity) => editDraft((before) => ({ ...before, granularity }))} />
      <Choice label="Fitness" value={draft.search.fitness} options={[['kl', 'KL'], ['perplexity', 'Perplexity']]} onChange={(fitness) => editSearch({ fitness })} />
      <Choice label="Device" value={draft.backend} options={[['auto', 'Auto'], ['webgpu', 'GPU'], ['wasm', 'CPU']]} onChange={setBackend} />
    </div>
  );
}

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly (readonly [value: Value, label: string])[];
  readonly onChange: (value: Value) => void;
}

function Choice<Value extends string>({ label, value, options, onChange }: ChoiceProps<Value>) {
  return (
    <div>
      <span>{label}</span>
      <Segmented label={label} value={value} options={options.map(([of, text]) => ({ value: of, label: text }))} onChange={onChange} />
    </div>
  );
}

function Counts({ draft }: { readonly draft: RunConfig }) {
  return (
    <div className="rail-fields rail-counts">
      <label>
        <span>Levels K</span>
        <NumberInput label="Levels" minimum={2} maximum={64} value={draft.levels} onChange={(levels) => editDraft((before) => ({ ...before, levels }))} />
      </label>
      <label>
        <span>Calibration tokens</span>
        <NumberInput label="Calibration tokens" minimum={16} maximum={1 << 24} step={doubled(16)} value={draft.calibrationTokens} onChange={(calibrationTokens) => editDraft((before) => ({ ...before, calibrationTokens }))} />
      </label>
      <label>
        <span>Post-training tokens</span>
        <NumberInput label="Post-training tokens" minimum={0} maximum={1 << 30} step={doubled(1024)} value={draft.postTraining.tokens} onChange={(tokens) => editDraft((before) => ({ ...before, postTraining: { ...before.postTraining, tokens } }))} />
      </label>
      <label>
        <span>Held-out tokens</span>
        <NumberInput label="Held-out tokens" minimum={2} maximum={1 << 24} step={doubled(256)} value={draft.evaluation.tokens} onChange={(tokens) => editDraft((before) => ({ ...before, evaluation: { tokens } }))} />
      </label>
      <label>
        <span>Seed</span>
        <NumberInput label="Seed" minimum={0} maximum={0xffff_ffff} format={String} value={draft.seed} onChange={(seed) => editDraft((before) => ({ ...before, seed }))} />
      </label>
    </div>
  );
}

/** What a run takes in memory can be traded for precision, training and speed. */
function MemoryFields({ draft }: { readonly draft: RunConfig }) {
  return (
    <fieldset className="rail-group">
      <legend>Memory</legend>
      <div className="rail-fields">
        <Choice label="Database" value={draft.databasePrecision} options={[['float32', 'float32'], ['float16', 'float16']]} onChange={(databasePrecision) => editDraft((before) => ({ ...before, databasePrecision }))} />
        <Choice label="MLPs cut on" value={draft.databaseOn} options={[['cpu', 'CPU'], ['gpu', 'GPU']]} onChange={(databaseOn) => editDraft((before) => ({ ...before, databaseOn }))} />
        <Choice label="Embeddings" value={draft.trainEmbeddings ? 'trained' : 'frozen'} options={[['trained', 'Trained'], ['frozen', 'Frozen']]} onChange={(choice) => editDraft((before) => ({ ...before, trainEmbeddings: choice === 'trained' }))} />
        <label>
          <span>Tokens at once</span>
          <NumberInput label="Tokens at once" minimum={16} maximum={1 << 16} step={doubled(16)} value={draft.batchTokens} onChange={(batchTokens) => editDraft((before) => ({ ...before, batchTokens }))} />
        </label>
      </div>
    </fieldset>
  );
}
