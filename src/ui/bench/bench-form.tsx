import { sizeNames } from '../../bench/model-sizes.ts';
import { pageGroupNames } from '../../store/bench/bench-choice.ts';
import type { BenchChoice } from '../../store/bench/bench-state.ts';
import { Segmented } from '../parts/segmented.tsx';
import { groupWords, sizeWords } from './bench-words.ts';

interface Props {
  readonly choice: BenchChoice;
  readonly onChange: (choice: BenchChoice) => void;
  readonly disabled: boolean;
}

/** The values of a list, in its order, with one put in or taken out. */
const toggled = <Value,>(all: readonly Value[], chosen: readonly Value[], value: Value): readonly Value[] =>
  all.filter((other) => (other === value ? !chosen.includes(value) : chosen.includes(other)));

const backends = [
  { value: 'auto', label: 'Automatic' },
  { value: 'webgpu', label: 'WebGPU' },
  { value: 'wasm', label: 'WebAssembly' },
] as const;

const efforts = [
  { value: 'quick', label: 'Quick' },
  { value: 'full', label: 'Full' },
] as const;

/** What is measured, on what, with which models, how thoroughly. */
export function BenchForm({ choice, onChange, disabled }: Props) {
  return (
    <fieldset className="bench-form" disabled={disabled}>
      <legend className="visually-hidden">What to measure</legend>
      <div className="bench-fields">
        <div>
          <h3>Back end</h3>
          <Segmented label="Back end" value={choice.backend} options={backends} disabled={disabled} onChange={(backend) => onChange({ ...choice, backend })} />
        </div>
        <div>
          <h3>Rounds</h3>
          <Segmented label="Rounds" value={choice.effort} options={efforts} disabled={disabled} onChange={(effort) => onChange({ ...choice, effort })} />
        </div>
      </div>
      <h3>Measure</h3>
      <ul className="bench-choices">
        {pageGroupNames.map((group) => (
          <li key={group}>
            <label>
              <input type="checkbox" checked={choice.groups.includes(group)} onChange={() => onChange({ ...choice, groups: toggled(pageGroupNames, choice.groups, group) })} />
              <span>
                <span className="strong">{groupWords[group].title}</span>
                <span className="small secondary bench-explained">{groupWords[group].text}</span>
              </span>
            </label>
          </li>
        ))}
      </ul>
      <h3>Model sizes, parameters</h3>
      <ul className="bench-choices bench-sizes">
        {sizeNames.map((size) => (
          <li key={size}>
            <label>
              <input type="checkbox" checked={choice.sizes.includes(size)} onChange={() => onChange({ ...choice, sizes: toggled(sizeNames, choice.sizes, size) })} />
              {sizeWords[size]}
            </label>
          </li>
        ))}
      </ul>
      <p className="small secondary bench-note">
        Made-up models have the shapes of SmolLM2 and random weights, 4 bytes a parameter. Those above 200 M are neither trained nor compared: a tab has no room for their gradients and copies.
      </p>
    </fieldset>
  );
}
