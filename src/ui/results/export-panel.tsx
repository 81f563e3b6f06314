import { Download } from 'lucide-react';
import { useState } from 'react';
import { parseAddress } from '../../sources/model-ref.ts';
import type { ExportedFile } from '../../store/run-state.ts';
import { isOver, useEngine, useRun } from '../../store/run-store.ts';
import { bytes, percent, tiny, tokens } from '../format/format.ts';
import { Button } from '../parts/button.tsx';
import { Facts } from '../parts/facts.tsx';
import { Panel } from '../parts/panel.tsx';
import { saveFile, saveText } from '../parts/save-file.ts';
import { useCommands } from '../shell/engine-context.ts';
import './export-panel.css';

/** What opens the format, and with which version that was tried. */
const opens: Readonly<Record<ExportedFile['format'], { readonly name: string; readonly note: string }>> = {
  'onnx-fp32': { name: 'ONNX', note: 'float32, one self-contained file. ONNX Runtime on any CPU, and ONNX Runtime Web in a browser (opened in this tab with 1.30).' },
};

/** Files of a run that is over, the log of a failed one too. A model is offered only after it was reopened and compared. */
export function ExportPanel() {
  const files = useRun((run) => run.files);
  const over = useEngine((engine) => isOver(engine.status));
  if (!over) return null;
  return (
    <Panel title="Export" id="export">
      {files.map((file) => (
        <ModelFile key={file.name} file={file} />
      ))}
      {files.length === 0 && <p className="small secondary">This run wrote no model file.</p>}
      <BaseModel />
      <RunFiles />
    </Panel>
  );
}

function ModelFile({ file }: { readonly file: ExportedFile }) {
  const commands = useCommands();
  const [state, setState] = useState<'ready' | 'saving' | 'saved' | 'missing'>('ready');
  const { name, note } = opens[file.format];
  const save = async () => {
    setState('saving');
    const content = await commands.fetchFile(file.name);
    if (content) saveFile(file.name, 'application/octet-stream', [content]);
    setState(content ? 'saved' : 'missing');
  };
  return (
    <div className="export-file">
      <p className="small secondary">{note}</p>
      <Button look="primary" wide className="export-button" disabled={state === 'saving'} onClick={() => void save()}>
        <Download size={15} aria-hidden />
        Download {name}, {bytes(file.bytes)}
      </Button>
      <p className="note tertiary" role="status">
        {state === 'saving' && 'Saving…'}
        {state === 'saved' && `Saved as ${file.name}.`}
        {state === 'missing' && 'The engine no longer has this file. Run again to write it anew.'}
      </p>
      <h3>Checked after writing</h3>
      <Facts
        facts={[
          ['Reloaded and run in this tab', <span key="passed" className="export-passed">passed</span>],
          [`Largest logit difference, ${tokens(file.tokens)} tokens`, tiny(file.maxAbsoluteError)],
          ['Same top token', percent(file.agreement)],
          ['SHA-256', <code key="hash" title={file.sha256}>{`${file.sha256.slice(0, 8)}…${file.sha256.slice(-4)}`}</code>],
        ]}
      />
    </div>
  );
}

/** Whoever passes the pruned model on has to keep the licence of the one that it was cut from. */
function BaseModel() {
  const model = useRun((run) => run.model);
  if (!model) return null;
  const { name, licence, card, revision } = model.about;
  const address = card === null ? null : parseAddress(card);
  return (
    <p className="note tertiary export-base">
      Base model {name}
      {revision !== null && `, revision ${revision.slice(0, 7)}`}. Licence of the base model: {licence ?? 'not told'}
      {licence !== null && '; keep it with the file'}.{' '}
      {address && (
        <a href={address.href} target="_blank" rel="noreferrer">
          Model card
        </a>
      )}
    </p>
  );
}

function RunFiles() {
  const commands = useCommands();
  const config = useRun((run) => run.config);
  const result = useRun((run) => run.result);
  const changed = useRun((run) => (run.search?.changes.length ?? 0) > 0);
  const json = 'application/json';
  return (
    <div className="export-run">
      <h3>The run itself</h3>
      <div className="export-row">
        <Button disabled={!config} onClick={() => saveText('run.json', json, [`${JSON.stringify(config, null, 2)}\n`])}>
          Save run.json
        </Button>
        <Button disabled={!result} onClick={() => saveText('result.json', json, [`${JSON.stringify(result, null, 2)}\n`])}>
          Save result.json
        </Button>
        <Button onClick={() => saveText('events.jsonl', 'application/jsonl', [...commands.archive.lines()])}>Save events.jsonl</Button>
      </div>
      <p className="note tertiary">
        run.json repeats this run here or headless; result.json holds the shape and the measurements; events.jsonl is all that happened.
        {changed && ' Settings that you changed on the way are in events.jsonl only.'}
      </p>
    </div>
  );
}
