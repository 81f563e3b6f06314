import { useRef, useState, type DragEvent, type ReactNode } from 'react';
import { explain, type Explanation } from '../../base/explained-error.ts';
import { loadRuns } from '../../store/runs/load-runs.ts';
import { pinsNow, togglePin } from '../../store/runs/pins.ts';
import { whileTold } from '../../store/runs/reading.ts';
import { Button } from '../parts/button.tsx';
import { StateMark } from '../parts/state-mark.tsx';

interface Outcome {
  /** The file that it is about. */
  readonly file: string;
  readonly failure: Explanation | null;
}

/** A name for what a file holds: its own, unless it says nothing. */
function nameOf(file: File): string | null {
  const stem = file.name.replace(/\.(jsonl|json|gz|zip)$/gi, '').replace(/\.(jsonl|json)$/i, '').replace(/-events$/, '');
  return /^(events|)$/i.test(stem) ? null : stem.slice(0, 60);
}

/** Takes in files with runs, one after the other, and what became of each. */
export function useImport() {
  const [busy, setBusy] = useState(false);
  const [outcomes, setOutcomes] = useState<readonly Outcome[]>([]);
  const take = async (files: readonly File[]): Promise<void> => {
    setBusy(true);
    setOutcomes([]);
    for (const file of files) {
      let failure: Explanation | null = null;
      try {
        const run = await whileTold({ verb: 'Importing', name: file.name }, async (waiting) => await (await loadRuns()).import(file, nameOf(file), waiting));
        if (run === null) continue;
        if (!pinsNow().includes(run.id)) togglePin(run.id);
      } catch (error) {
        failure = explain(error);
      }
      setOutcomes((before) => [...before, { file: file.name, failure }]);
    }
    setBusy(false);
  };
  return { busy, outcomes, take, dismiss: () => setOutcomes([]) };
}

type Importing = ReturnType<typeof useImport>;

/** Chooses files with runs: events.jsonl, plain or gzip, or the ZIP of a model folder. */
export function ImportButton({ importing: { busy, take } }: { readonly importing: Importing }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button aria-disabled={busy} onClick={() => !busy && input.current?.click()}>
        {busy ? 'Reading…' : 'Import run…'}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Files of runs"
        accept=".jsonl,.json,.gz,.zip"
        onChange={(event) => {
          void take([...(event.target.files ?? [])]);
          event.target.value = ''; // the same file can be chosen again
        }}
      />
    </>
  );
}

/** What became of the files. */
export function ImportOutcome({ importing: { outcomes, dismiss } }: { readonly importing: Importing }) {
  const failed = outcomes.filter(({ failure }) => failure !== null);
  return (
    <div role="status" className="import-outcome">
      {failed.map(({ file, failure }) => (
        <p key={file} className="small import-failure">
          <StateMark state="err" />
          <span>
            <b>{file}</b> was not imported. {failure?.what} {failure?.means} {failure?.remedy}
          </span>
        </p>
      ))}
      {failed.length > 0 && (
        <button type="button" className="link-button" onClick={dismiss}>
          Dismiss
        </button>
      )}
      {failed.length === 0 && outcomes.length > 0 && <p className="small secondary">{outcomes.length === 1 ? 'Imported.' : `${outcomes.length} runs imported.`}</p>}
    </div>
  );
}

/** The page as a place to drop files on. */
export function DropPlace({ importing: { take }, children }: { readonly importing: Importing; readonly children: ReactNode }) {
  const [over, setOver] = useState(false);
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer.types.includes('Files');
  return (
    <div
      className={over ? 'drop-place drop-place-over' : 'drop-place'}
      onDragOver={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => event.currentTarget === event.target && setOver(false)}
      onDrop={(event) => {
        setOver(false);
        if (!hasFiles(event)) return;
        event.preventDefault();
        void take([...event.dataTransfer.files]);
      }}
    >
      {children}
    </div>
  );
}
