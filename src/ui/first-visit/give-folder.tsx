import { useRef, useState, type DragEvent } from 'react';
import { formatModelRef } from '../../sources/model-ref.ts';
import { Button } from '../parts/button.tsx';
import { joinClasses } from '../parts/join-classes.ts';
import { fromDrop, fromInput, fromPicker, type Given } from '../models/given-files.ts';
import { useCommands } from '../shell/engine-context.ts';
import { openModel, openSheet } from '../shell/open-sheet.ts';

/** A folder of this computer, dropped or picked; and the way to all other places that models come from. */
export function GiveFolder() {
  const commands = useCommands();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const take = async (giving: Promise<Given | null> | Given | null) => {
    try {
      const given = await giving;
      setProblem(null);
      if (!given) return;
      commands.models.giveFiles(given.name, given.files);
      openModel(formatModelRef({ kind: 'local', name: given.name }));
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  const onDragOver = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take(fromDrop(event.dataTransfer));
  };
  return (
    <li>
      <div className={joinClasses('offer', 'offer-drop', over && 'offer-over')} onDrop={onDrop} onDragOver={onDragOver} onDragLeave={() => setOver(false)}>
        <p className="small secondary">
          Or drop a folder here: <code>config.json</code>, <code>tokenizer.json</code>, <code>*.safetensors</code>. Or{' '}
          <button type="button" className="link-button" aria-haspopup="dialog" onClick={() => openSheet('models')}>
            choose another model…
          </button>
        </p>
        <Button onClick={() => (window.showDirectoryPicker ? void take(fromPicker()) : input.current?.click())}>Browse…</Button>
        <input ref={input} type="file" hidden webkitdirectory="" aria-label="Folder of a model" onChange={(event) => void take(fromInput(event.target.files ?? []))} />
        {problem !== null && (
          <p className="small secondary" role="alert">
            These files cannot be opened: {problem}
          </p>
        )}
      </div>
    </li>
  );
}
