import { useId } from 'react';
import { formatOf, type FormatId } from '../../export/formats.ts';
import type { RunState } from '../../store/run-state.ts';
import { useRun } from '../../store/use-run.ts';
import { bytes, missing, percent, tiny } from '../format/format.ts';
import { formatBytes, offerOf, rowName, withAttention, type Attention } from './format-choice.ts';
import { opensWith } from './opens.ts';

interface Props {
  /** What the rows have in common, for those who do not see it. */
  readonly label: string;
  readonly rows: readonly FormatId[];
  readonly attention: Attention;
  readonly chosen: FormatId | null;
  readonly onChoose: (row: FormatId) => void;
}

const exportsOf = (run: RunState): RunState['exports'] => run.exports;

/** One format of many: its size, what opens it and, once it is there, what it was measured to lose. */
export function FormatList({ label, rows, attention, chosen, onChoose }: Props) {
  const group = useId();
  return (
    <div className="format-list" role="radiogroup" aria-label={label}>
      {rows.map((row) => (
        <FormatRow key={row} row={row} format={withAttention(row, attention)} group={group} checked={row === chosen} onChoose={onChoose} />
      ))}
    </div>
  );
}

interface RowProps {
  readonly row: FormatId;
  readonly format: FormatId;
  readonly group: string;
  readonly checked: boolean;
  readonly onChoose: (row: FormatId) => void;
}

function FormatRow({ row, format, group, checked, onChoose }: RowProps) {
  const { offers, written } = useRun(exportsOf);
  const id = useId();
  const offer = offerOf(offers, format);
  const unavailable = offer === null || offer.unavailable !== null;
  const check = written[format]?.check;
  return (
    <label className={unavailable ? 'format-row format-unavailable' : 'format-row'}>
      <input
        type="radio"
        className="radio"
        name={group}
        value={row}
        checked={checked}
        disabled={unavailable}
        aria-labelledby={`${id}-name ${id}-size`}
        aria-describedby={`${id}-note`}
        onChange={() => onChoose(row)}
      />
      <span className="format-name" id={`${id}-name`}>
        {rowName(row)}
      </span>
      <span className="format-size figures" id={`${id}-size`}>
        {unavailable ? missing : bytes(formatBytes(offer, written[format]))}
      </span>
      <span className="format-note small secondary" id={`${id}-note`}>
        {offer?.unavailable ? `Not for this model: ${offer.unavailable.reason} ${offer.unavailable.remedy}` : opensWith(formatOf(format))}
        {check && (
          <span className="format-measured">
            Measured: relative error {tiny(check.relativeError)}, same top token {percent(check.agreement)}.
          </span>
        )}
      </span>
    </label>
  );
}
