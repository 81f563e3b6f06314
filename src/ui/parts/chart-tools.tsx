import { use, useState, type RefObject } from 'react';
import { modelName } from '../../sources/model-ref.ts';
import { RunSourceContext, useRun } from '../../store/use-run.ts';
import { chartFile } from '../pictures/picture-name.ts';
import { pictureSource } from '../pictures/picture-source.ts';
import type { PictureKind } from '../pictures/save-picture.ts';
import './button.css';
import './chart-tools.css';
import { saveText } from './save-file.ts';
import { useTableKey } from './use-table-key.ts';

interface Props {
  /** Of the chart, as in its files: `fitness`. */
  readonly name: string;
  /** Over its pictures; the name where there is none. */
  readonly title?: string;
  /** Whose it is, in its files' names: the model's name of the run that is shown, unless it is told here (null: nobody's). */
  readonly subject?: string | null;
  /** Where it comes from, under its pictures, where that is not the run that is shown. */
  readonly source?: string;
  /** Whether its table is shown in its place. */
  readonly table?: boolean;
  /** Left out where the drawing is a table. */
  readonly onTable?: (table: boolean) => void;
  readonly csv: () => string;
  /** The element whose drawings and words make its pictures. */
  readonly drawing: RefObject<HTMLElement | null>;
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What can be done with any chart: see its table, save its numbers, save it as a picture. Keys: T where it has the focus. */
export function ChartTools({ name, title, subject, source, table = false, onTable, csv, drawing }: Props) {
  const model = useRun((run) => run.model?.id ?? run.config?.model ?? null);
  const run = use(RunSourceContext);
  const ref = useTableKey(onTable ? () => onTable(!table) : null);
  const [failure, setFailure] = useState('');
  const file = (ending: string): string => chartFile(name, subject === undefined ? model && modelName(model) : subject, ending);
  const savePicture = async (kind: PictureKind): Promise<void> => {
    if (!drawing.current) return;
    try {
      const { savePicture: save } = await import('../pictures/save-picture.ts');
      await save({ kind, drawing: drawing.current, file: file(kind), title: title ?? capitalised(name), source: source ?? pictureSource(run.getState().run) });
      setFailure('');
    } catch {
      setFailure('The picture could not be drawn.');
    }
  };
  return (
    <span ref={ref} className="chart-tools" data-has-table={onTable ? '' : undefined} role="group" aria-label={`${title ?? capitalised(name)}: ${onTable ? 'table and files' : 'files'}`}>
      {onTable && (
        <button type="button" className="link-button" aria-pressed={table} aria-keyshortcuts="T" onClick={() => onTable(!table)}>
          Table
        </button>
      )}
      <button type="button" className="link-button" onClick={() => saveText(file('csv'), 'text/csv', [csv()])}>
        CSV
      </button>
      {(['png', 'svg'] as const).map((kind) => (
        <button key={kind} type="button" className="link-button" disabled={table} title={table ? 'The chart has to be shown for that' : undefined} onClick={() => void savePicture(kind)}>
          {kind.toUpperCase()}
        </button>
      ))}
      <span className="note" role="status">
        {failure}
      </span>
    </span>
  );
}
