import { prunableParameters, totalParameters, type ModelSpec } from '../../model/spec.ts';
import type { Target } from '../../run/run-config.ts';
import { expectedKept } from '../../run/target.ts';
import { knownModel, useModels } from '../../store/model-store.ts';
import { editDraft, useSettings } from '../../store/settings-store.ts';
import { parameters, percent, times } from '../format/format.ts';
import { Term } from '../glossary/term.tsx';
import { Segmented } from '../parts/segmented.tsx';
import { SliderField } from '../parts/slider-field.tsx';

type TargetKind = 'sparsity' | 'parameters' | 'speed';

const kinds: readonly { readonly value: TargetKind; readonly label: string }[] = [
  { value: 'sparsity', label: 'Sparsity' },
  { value: 'parameters', label: 'Parameters' },
  { value: 'speed', label: 'Speed' },
];

const kindOf = (target: Target): TargetKind => ('sparsity' in target ? 'sparsity' : 'parameters' in target ? 'parameters' : 'speed');

const million = 1e6;

/** Parameters of the whole model at a target, as far as it can be told before the run. */
export const parametersAt = (spec: ModelSpec, target: Target): number =>
  'parameters' in target ? target.parameters : totalParameters(spec) - Math.round((1 - expectedKept(target, spec)) * prunableParameters(spec));

/** Much the same target in other terms: what was chosen before is kept as far as it can be told. */
function inTermsOf(kind: TargetKind, target: Target, spec: ModelSpec | null): Target {
  if (kind === kindOf(target)) return target;
  if (kind === 'speed') return { speedup: 1.5, measure: 'decode' };
  if (spec === null) return { sparsity: 0.5 };
  const kept = expectedKept(target, spec);
  return kind === 'sparsity' ? { sparsity: Math.round(100 * (1 - kept)) / 100 || 0.01 } : { parameters: parametersAt(spec, target) };
}

const choose = (target: Target): void => editDraft((before) => ({ ...before, target }));

/** What the pruned model is to be: a share of the layers' parameters less, so many parameters in all, or so much faster on this device. */
export function TargetField() {
  const target = useSettings((settings) => settings.draft.target);
  const model = useSettings((settings) => settings.draft.model);
  const spec = useModels((models) => knownModel(models, model)?.spec ?? null);
  // Without the model nobody can tell how many parameters are how much of it.
  const offered = spec === null ? kinds.filter(({ value }) => value !== 'parameters' || value === kindOf(target)) : kinds;
  return (
    <div className="target-field">
      <Segmented wide label="Target" value={kindOf(target)} options={offered} onChange={(kind) => choose(inTermsOf(kind, target, spec))} />
      {'sparsity' in target && <SparsityField sparsity={target.sparsity} spec={spec} />}
      {'parameters' in target && <ParametersField wanted={target.parameters} spec={spec} />}
      {'speedup' in target && <SpeedField target={target} spec={spec} />}
    </div>
  );
}

const Sizes = ({ spec, target }: { readonly spec: ModelSpec | null; readonly target: Target }) =>
  spec && `${parameters(totalParameters(spec))} → ${parameters(parametersAt(spec, target))}. `;

function SparsityField({ sparsity, spec }: { readonly sparsity: number; readonly spec: ModelSpec | null }) {
  return (
    <>
      <SliderField
        label="Parameters to remove"
        minimum={5}
        maximum={90}
        step={2.5}
        whole={false}
        value={Math.round(sparsity * 1000) / 10}
        format={(value) => percent(value / 100)}
        onChange={(value) => choose({ sparsity: value / 100 })}
      />
      <p className="note tertiary">
        <Sizes spec={spec} target={{ sparsity }} />
        Embeddings stay, so the model as a whole shrinks by less.
      </p>
    </>
  );
}

function ParametersField({ wanted, spec }: { readonly wanted: number; readonly spec: ModelSpec | null }) {
  const total = spec ? totalParameters(spec) : wanted;
  const prunable = spec ? prunableParameters(spec) : 0;
  return (
    <>
      <SliderField
        label="Parameters to keep"
        minimum={(total - 0.9 * prunable) / million}
        maximum={(total - 0.05 * prunable) / million}
        step={Math.max(prunable / 200, 1) / million}
        whole={false}
        value={wanted / million}
        format={(value) => parameters(value * million)}
        onChange={(value) => choose({ parameters: Math.round(value * million) })}
      />
      <p className="note tertiary">
        {spec && `Of ${parameters(total)}, embeddings included: ${percent((total - wanted) / prunable)} of the layers’ parameters go. `}
        Typed values are millions.
      </p>
    </>
  );
}

function SpeedField({ target, spec }: { readonly target: Extract<Target, { readonly speedup: number }>; readonly spec: ModelSpec | null }) {
  const { speedup, measure } = target;
  return (
    <>
      <SliderField
        label="Times as fast as dense"
        minimum={1.05}
        maximum={5}
        step={0.05}
        whole={false}
        value={speedup}
        format={times}
        onChange={(value) => choose({ speedup: Math.round(value * 100) / 100, measure })}
      />
      <Segmented
        wide
        label="What is to be fast"
        value={measure}
        options={[
          { value: 'decode', label: 'Writing' },
          { value: 'prefill', label: 'Reading' },
        ]}
        onChange={(chosen) => choose({ speedup, measure: chosen })}
      />
      <p className="note tertiary">
        {measure === 'decode' ? <Term of="decode">Decoding</Term> : <Term of="prefill">Reading a prompt</Term>}, one sequence at a time, on this device. Every size of module is timed after the database,
        about 20 s; the search keeps to the times.
        {spec && ` Perhaps ${parameters(parametersAt(spec, target))} of ${parameters(totalParameters(spec))} remain.`} Times vary, so such a run repeats only approximately.
      </p>
    </>
  );
}
