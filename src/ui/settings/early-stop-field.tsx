import type { RunConfig } from '../../run/run-config.ts';
import { editSearch } from '../../store/settings-store.ts';
import { Segmented } from '../parts/segmented.tsx';

type EarlyStop = RunConfig['search']['earlyStop'];

/** Confidences that are offered; a configuration may have any other. */
const offered = [0.95, 0.99] as const;

/** All digits that it was given with: 99.95 % is not 100 %. */
const percentOf = (confidence: number): string => `${Number((100 * confidence).toPrecision(12))}\u202f%`;

/** "off", "at 99 %". */
export const earlyStopWords = (earlyStop: EarlyStop): string => (earlyStop ? `at ${percentOf(earlyStop.confidence)}` : 'off');

/** Whether stages give up candidates that cannot survive any more. */
export function EarlyStopField({ value }: { readonly value: EarlyStop }) {
  const confidences = value === null || offered.some((confidence) => confidence === value.confidence) ? offered : [...offered, value.confidence];
  const options = ['off', ...confidences.map(String)].map((option) => ({ value: option, label: option === 'off' ? 'Off' : percentOf(Number(option)) }));
  return (
    <fieldset className="rail-group">
      <legend>Early stop</legend>
      <div className="rail-fields">
        <div>
          <span>Confidence</span>
          <Segmented
            label="Confidence of early stop"
            value={value === null ? 'off' : String(value.confidence)}
            options={options}
            onChange={(option) => editSearch({ earlyStop: option === 'off' ? null : { confidence: Number(option) } })}
          />
        </div>
      </div>
      <p className="note tertiary">
        A stage of four sequences or more drops candidates while it measures them, once they cannot survive it with this confidence. That saves measuring, no training, and may now
        and then lose a survivor.
      </p>
    </fieldset>
  );
}
