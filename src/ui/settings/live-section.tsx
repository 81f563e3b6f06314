import { useRun } from '../../store/use-run.ts';
import { learningRate } from '../format/format.ts';
import { NumberInput } from '../parts/number-input.tsx';
import { Segmented } from '../parts/segmented.tsx';
import { SliderField } from '../parts/slider-field.tsx';
import { LastChange } from './last-change.tsx';
import { PendingChanges } from './pending-changes.tsx';
import { StageTable } from './stage-table.tsx';
import { isEditable, useSearchSettings, type EditableSearch } from './use-search-settings.ts';

const notes = {
  draft: 'can change while it runs',
  live: 'applies from the next generation',
  closed: 'the search is over',
  recorded: 'as they were then',
} as const;

const switches = [
  { value: 'any', label: 'Any two' },
  { value: 'same-type', label: 'Same type' },
] as const;

/** Settings that may change while the search runs. */
export function LiveSection() {
  const search = useSearchSettings();
  const { shown, mode } = search;
  if (shown.strategy === 'uniform') return null;
  const titles = { draft: 'Search', live: 'Live', closed: 'Live', recorded: 'Search' } as const;
  return (
    <section className="rail-section rail-grow" aria-labelledby="live-title">
      <div className="rail-head">
        <h3 id="live-title">{titles[mode]}</h3>
        <span className="note tertiary">{notes[mode]}</span>
      </div>
      {shown.strategy === 'evolution' && <MutationFields search={search} />}
      <NumberFields search={search} />
      <StageTable search={search} />
      <PendingChanges search={search} />
      {mode === 'live' && <LastChange search={search} />}
    </section>
  );
}

const differs = ({ shown, inForce }: EditableSearch, key: 'maxFlips' | 'attentionShare' | 'offspring' | 'learningRate' | 'generations'): boolean =>
  inForce !== null && shown[key] !== inForce[key];

function MutationFields({ search }: { readonly search: EditableSearch }) {
  const { shown, inForce, mode, edit } = search;
  const disabled = !isEditable(mode);
  const mlp = (share: number | null | undefined) => Math.round((1 - (share ?? 0.5)) * 100);
  return (
    <>
      <SliderField
        label="Max flips per child"
        minimum={1}
        maximum={6}
        value={shown.maxFlips}
        tick={inForce?.maxFlips ?? null}
        changed={differs(search, 'maxFlips')}
        disabled={disabled}
        onChange={(maxFlips) => edit({ maxFlips })}
      />
      <SliderField
        label="Attention / MLP balance"
        minimum={0}
        maximum={100}
        step={5}
        value={mlp(shown.attentionShare)}
        tick={inForce ? mlp(inForce.attentionShare) : 50}
        changed={differs(search, 'attentionShare')}
        disabled={disabled}
        format={(percent) => `${100 - percent} / ${percent}`}
        onChange={(percent) => edit({ attentionShare: percent === 50 ? null : (100 - percent) / 100 })}
      />
      <div className="rail-fields">
        <div>
          <span>Switches</span>
          <Segmented label="Switches" value={shown.mutation} options={switches} disabled={disabled} onChange={(mutation) => edit({ mutation })} />
        </div>
      </div>
    </>
  );
}

/** The next rate up or down of 1, 2, 5 a decade. */
function stepRate(rate: number, direction: 1 | -1): number {
  const exponent = Math.floor(Math.log10(rate) + 1e-9);
  const mantissa = Math.round(rate / 10 ** exponent);
  if (direction === 1) return Number(`${mantissa < 2 ? 2 : mantissa < 5 ? 5 : 10}e${exponent}`);
  return Number(mantissa > 5 ? `5e${exponent}` : mantissa > 2 ? `2e${exponent}` : mantissa > 1 ? `1e${exponent}` : `5e${exponent - 1}`);
}

function NumberFields({ search }: { readonly search: EditableSearch }) {
  const { shown, mode, edit } = search;
  const disabled = !isEditable(mode);
  // Of a recording nothing is typed, and it moves quickly.
  const generation = useRun((run) => (disabled ? 1 : (run.search?.generation ?? 1)));
  return (
    <div className="rail-fields">
      <label>
        <span>Offspring λ</span>
        <NumberInput label="Offspring" minimum={Math.max(2, (shown.stages[0]?.survivors ?? 0) + 1)} maximum={64} value={shown.offspring} changed={differs(search, 'offspring')} disabled={disabled} onChange={(offspring) => edit({ offspring })} />
      </label>
      <label>
        <span>Learning rate</span>
        <NumberInput label="Learning rate" whole={false} minimum={1e-6} maximum={1e-3} value={shown.learningRate} format={learningRate} step={stepRate} changed={differs(search, 'learningRate')} disabled={disabled} onChange={(rate) => edit({ learningRate: rate })} />
      </label>
      <label>
        <span>Generations</span>
        <NumberInput label="Generations" minimum={mode === 'draft' ? 1 : Math.max(1, generation)} maximum={100_000} value={shown.generations} changed={differs(search, 'generations')} disabled={disabled} onChange={(generations) => edit({ generations })} />
      </label>
    </div>
  );
}
