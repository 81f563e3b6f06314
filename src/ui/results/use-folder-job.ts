import { useEffect, useRef, useState } from 'react';
import type { PreparedFolder } from '../../store/export-commands.ts';
import { useCommands } from '../shell/engine-context.ts';
import { isBusy, type SaveState } from './export-words.ts';
import { saveIntoFolder, saveZip, type FolderRequest } from './save-model-folder.ts';

const ways = { zip: saveZip, folder: saveIntoFolder } as const;
export type Way = keyof typeof ways;

export interface FolderJob {
  readonly state: SaveState;
  readonly way: Way;
  /** The folder as it was prepared last, and what it was asked for with. */
  readonly prepared: { readonly folder: PreparedFolder; readonly request: FolderRequest } | null;
  /** Within a click. */
  readonly start: (way: Way, request: FolderRequest) => void;
  readonly cancel: () => void;
}

/** Saving the model folder, one way or the other; ends with the component. */
export function useFolderJob(): FolderJob {
  const { exports } = useCommands();
  const [way, setWay] = useState<Way>('zip');
  const [state, setState] = useState<SaveState>({ step: 'ready' });
  const [prepared, setPrepared] = useState<FolderJob['prepared']>(null);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);
  const start = (wanted: Way, request: FolderRequest): void => {
    if (isBusy(state)) return;
    const controller = new AbortController();
    abort.current = controller;
    setWay(wanted);
    const listeners = { signal: controller.signal, onState: setState, onFolder: (folder: PreparedFolder) => setPrepared({ folder, request }) };
    void ways[wanted](exports, request, listeners).then(setState);
  };
  const cancel = (): void => {
    exports.cancelExport();
    abort.current?.abort();
  };
  return { state, way, prepared, start, cancel };
}
