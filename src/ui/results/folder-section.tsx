import { useState } from 'react';
import type { FormatId } from '../../export/formats.ts';
import { useEngine } from '../../store/run-store.ts';
import { useRun } from '../../store/use-run.ts';
import { bytes } from '../format/format.ts';
import { Button } from '../parts/button.tsx';
import { canPickFile, canPickFolder } from '../parts/file-pickers.ts';
import { canWritePrivately } from '../parts/private-file.ts';
import { busyLabel, isBusy } from './export-words.ts';
import { plannedWeights, type ListedFile } from './folder-contents.ts';
import { rowName } from './format-choice.ts';
import { SaveProgress } from './save-progress.tsx';
import type { FolderRequest } from './save-model-folder.ts';
import { useFolderJob, type FolderJob, type Way } from './use-folder-job.ts';

interface Props {
  readonly rows: readonly FormatId[];
  readonly picked: readonly FormatId[];
  readonly onPick: (picked: FormatId[]) => void;
  /** Those of the picked rows, in order. */
  readonly formats: readonly FormatId[];
  readonly externalData: boolean;
}

/** The whole model in one folder: any formats, with all that programs need beside the weights. */
export function FolderSection({ rows, picked, onPick, formats, externalData }: Props) {
  const { name, offers } = useRun((run) => run.exports);
  const job = useFolderJob();
  const request: FolderRequest = { name, formats, externalData };
  const planned = plannedWeights(offers, formats);
  const { prepared } = job;
  const same = prepared !== null && prepared.request.externalData === externalData && prepared.request.formats.join() === formats.join();
  return (
    <div className="export-part">
      <h3>
        Model folder <span className="tertiary export-which">{bytes(planned.reduce((sum, file) => sum + file.bytes, 0))} of weights</span>
      </h3>
      <p className="note tertiary">One folder that transformers.js, onnxruntime-genai and Transformers open, each what it knows; with its hashes, model card, settings and log.</p>
      <fieldset className="folder-formats">
        <legend className="visually-hidden">What goes into the folder</legend>
        {rows.map((row) => (
          <label key={row} className="check-row">
            <input type="checkbox" className="check" checked={picked.includes(row)} onChange={(event) => onPick(rows.filter((other) => (other === row ? event.target.checked : picked.includes(other))))} />
            <span className="small">{rowName(row)}</span>
          </label>
        ))}
      </fieldset>
      <SaveButtons job={job} request={request} />
      <Contents files={same ? prepared.folder.files.map(({ path, size }) => ({ path, bytes: size })) : planned} whole={same} />
    </div>
  );
}

function SaveButtons({ job, request }: { readonly job: FolderJob; readonly request: FolderRequest }) {
  const { state, way, start, cancel } = job;
  const exporting = useEngine((engine) => engine.exporting);
  const [zips, folders] = [canPickFile() || canWritePrivately(), canPickFolder()];
  const held = exporting !== null || isBusy(state);
  const label = (of: Way, words: string): string => (way === of ? (busyLabel(state, exporting) ?? words) : words);
  return (
    <>
      <div className="export-row">
        <Button className="figures" aria-disabled={held || !zips} onClick={() => !held && zips && start('zip', request)}>
          {label('zip', 'Save as .zip')}
        </Button>
        {folders && (
          <Button className="figures" aria-disabled={held} onClick={() => !held && start('folder', request)}>
            {label('folder', 'Save into a folder…')}
          </Button>
        )}
      </div>
      {!zips && <p className="note tertiary">This browser cannot put a large file together on the disk. Download the formats one by one.</p>}
      <SaveProgress state={state} label="The model folder" idle="What is not written yet is written and checked first." onCancel={cancel} onRetry={() => start(way, request)} />
    </>
  );
}

/** The rest of the folder, told before its sizes are known. */
const others =
  'With them: configurations, tokenizer, run.json, result.json, events.jsonl, README.md (the model card) and manifest.json (size and SHA-256 of each file).';

function Contents({ files, whole }: { readonly files: readonly ListedFile[]; readonly whole: boolean }) {
  const [all, setAll] = useState(false);
  const few = 6;
  const largest = files.toSorted((a, b) => b.bytes - a.bytes);
  const shown = all ? files : largest.slice(0, few);
  return (
    <>
      <h4 className="export-subtitle">In the archive</h4>
      <ul className="archive-list figures">
        {shown.map(({ path, bytes: size }) => (
          <li key={path}>
            <code>{path}</code>
            <span className="secondary">{bytes(size)}</span>
          </li>
        ))}
      </ul>
      {!whole && <p className="note tertiary">{others}</p>}
      {whole && files.length > few && (
        <button type="button" className="link-button" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Fewer' : `All ${files.length} files`}
        </button>
      )}
    </>
  );
}
