import { useRef, useState, type DragEvent, type ReactNode } from 'react';
import { Button } from '../parts/button.tsx';
import { joinClasses } from '../parts/join-classes.ts';
import { StateMark } from '../parts/state-mark.tsx';
import { fromDrop, fromInput, fromPicker, type Given } from './given-files.ts';

interface Props {
  readonly children: ReactNode;
  readonly onGiven: (given: Given) => void;
  /** Also offers to pick a folder. */
  readonly folders?: boolean;
  /** Endings that the picker offers, for instance `.txt,.gz`; default: all. */
  readonly accept?: string;
}

/** A place to drop a folder or files, with buttons that pick them. Nothing is read here. */
export function DropZone({ children, onGiven, folders = false, accept }: Props) {
  const [over, setOver] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const take = async (giving: Promise<Given | null> | Given | null) => {
    try {
      const given = await giving;
      setProblem(null);
      if (given) onGiven(given);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take(fromDrop(event.dataTransfer));
  };
  const onDragOver = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  return (
    <div className={joinClasses('drop-zone', over && 'drop-zone-over')} onDrop={onDrop} onDragOver={onDragOver} onDragLeave={() => setOver(false)}>
      <div className="small secondary">{children}</div>
      <div className="drop-buttons">
        {folders && <FolderButton take={take} />}
        <FilesButton take={take} accept={accept} many={folders} />
      </div>
      {problem !== null && (
        <p className="small secondary" role="alert">
          <StateMark state="err" /> These files cannot be opened: {problem}
        </p>
      )}
    </div>
  );
}

type Take = (giving: Promise<Given | null> | Given | null) => Promise<void>;

function FolderButton({ take }: { readonly take: Take }) {
  const input = useRef<HTMLInputElement>(null);
  const pick = () => (window.showDirectoryPicker ? void take(fromPicker()) : input.current?.click());
  return (
    <>
      <Button onClick={pick}>Choose a folder…</Button>
      <input ref={input} type="file" hidden webkitdirectory="" aria-label="Folder" onChange={(event) => void take(fromInput(event.target.files ?? []))} />
    </>
  );
}

function FilesButton({ take, accept, many }: { readonly take: Take; readonly accept: string | undefined; readonly many: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button onClick={() => input.current?.click()}>{many ? 'Choose files…' : 'Choose a file…'}</Button>
      <input
        ref={input}
        type="file"
        hidden
        multiple={many}
        accept={accept}
        aria-label={many ? 'Files' : 'File'}
        onChange={(event) => {
          void take(fromInput(event.target.files ?? []));
          event.target.value = ''; // the same file can be chosen again
        }}
      />
    </>
  );
}

declare module 'react' {
  interface InputHTMLAttributes<T> {
    webkitdirectory?: '';
  }
}
