import { useId } from 'react';
import { Segmented } from '../parts/segmented.tsx';
import type { Attention } from './format-choice.ts';

interface Props {
  readonly attention: Attention;
  readonly onAttention: (attention: Attention) => void;
  readonly externalData: boolean;
  /** The weights cannot stay in the file. */
  readonly forced: boolean;
  readonly onExternalData: (externalData: boolean) => void;
}

const kinds = [
  { value: 'plain', label: 'Plain' },
  { value: 'gqa', label: 'GroupQueryAttention' },
] as const;

const notes: Readonly<Record<Attention, string>> = {
  plain: 'Standard operators: any shape, any batch.',
  gqa: 'One fused operator: for single prompts, or batches padded on the right. Wrong for batches padded on the left.',
};

/** How ONNX files are made; there whatever format is chosen, so that nothing below moves. */
export function ExportOptions({ attention, onAttention, externalData, forced, onExternalData }: Props) {
  const note = useId();
  return (
    <div className="export-options">
      <div className="export-option">
        <span className="small secondary">ONNX attention</span>
        <Segmented label="ONNX attention" value={attention} options={kinds} onChange={onAttention} />
      </div>
      <p className="note tertiary export-option-note">{notes[attention]}</p>
      <label className="check-row">
        <input type="checkbox" className="check" checked={externalData || forced} disabled={forced} aria-describedby={note} onChange={(event) => onExternalData(event.target.checked)} />
        <span className="small">ONNX weights in a second file</span>
      </label>
      <p className="note tertiary" id={note}>
        {forced ? 'It has to be: one ONNX file cannot hold more than 2 GB.' : 'model.onnx_data beside model.onnx. Beyond 1.9 GB it has to be.'}
      </p>
    </div>
  );
}
