import type { FormatId } from '../../export/formats.ts';
import type { ExportCommands, PreparedFolder } from '../../store/export-commands.ts';
import { canPickFile, pickFolder, pickZipFile } from '../parts/file-pickers.ts';
import type { FolderFile } from '../parts/folder-file.ts';
import { writePrivateFile } from '../parts/private-file.ts';
import { saveBlob } from '../parts/save-file.ts';
import { removeIfEmpty, writeFileHandle } from '../parts/write-file-handle.ts';
import { writeFolder } from '../parts/write-folder.ts';
import { zipFolder } from '../parts/zip-folder.ts';
import type { SaveState } from './export-words.ts';
import { explainSaving, FileGoneError } from './save-failure.ts';

export interface FolderRequest {
  /** What the folder is called. */
  readonly name: string;
  readonly formats: readonly FormatId[];
  readonly externalData: boolean;
}

export interface FolderListeners {
  readonly signal: AbortSignal;
  readonly onState: (state: SaveState) => void;
  readonly onFolder: (folder: PreparedFolder) => void;
}

/** The engine gave the export up: why, or null where it was cancelled. */
class ExportStopped extends Error {
  readonly state: SaveState;

  constructor(state: SaveState) {
    super('the export stopped');
    this.state = state;
  }
}

async function prepare(exports: ExportCommands, { formats, externalData }: FolderRequest, { onState, onFolder }: FolderListeners): Promise<PreparedFolder> {
  onState({ step: 'preparing' });
  const end = await exports.exportFolder(formats, externalData);
  if (end.status === 'stopped') throw new ExportStopped(end.explanation ? { step: 'failed', explanation: end.explanation } : { step: 'cancelled' });
  if (!end.folder) throw new RangeError('the engine named no folder');
  onFolder(end.folder);
  return end.folder;
}

const filesOf = (exports: ExportCommands, { files }: PreparedFolder): FolderFile[] =>
  files.map(({ path, size, stored }) => ({
    path,
    size,
    open: async () => {
      const blob = await exports.fetchFile(stored);
      if (!blob) throw new FileGoneError(path);
      return blob;
    },
  }));

/** Tells the state once a percent, and not with every piece. */
function eachPercent(onState: (state: SaveState) => void): (done: number, total: number) => void {
  let told = -1;
  return (done, total) => {
    const percent = total > 0 ? Math.floor((100 * done) / total) : 100;
    if (percent === told) return;
    told = percent;
    onState({ step: 'saving', done: percent / 100 });
  };
}

const endOf = (error: unknown, { signal }: FolderListeners): SaveState => {
  if (error instanceof ExportStopped) return error.state;
  return signal.aborted ? { step: 'cancelled' } : { step: 'failed', explanation: explainSaving(error) };
};

/**
 * Writes the model folder and saves it as one ZIP: where the reader says, or where the browser has no such picker, put together
 * on the disk and then offered as a download. Has to be called within a click. Returns how it ended.
 */
export async function saveZip(exports: ExportCommands, request: FolderRequest, listeners: FolderListeners): Promise<SaveState> {
  const zipName = `${request.name}.zip`;
  let handle: FileSystemFileHandle | null = null;
  try {
    // Before the long preparation: a picker opens only while the click is fresh.
    if (canPickFile()) {
      handle = await pickZipFile(zipName);
      if (!handle) return { step: 'ready' };
    }
    const folder = await prepare(exports, request, listeners);
    const { stream } = zipFolder(folder.name, filesOf(exports, folder), eachPercent(listeners.onState));
    if (handle) await writeFileHandle(handle, stream, listeners.signal);
    else saveBlob(zipName, await writePrivateFile(zipName, stream, listeners.signal));
    return { step: 'saved', names: [handle?.name ?? zipName] };
  } catch (error) {
    if (handle) await removeIfEmpty(handle);
    return endOf(error, listeners);
  }
}

/** Writes the model folder and saves it, file by file, into a folder that the reader picks. Has to be called within a click. */
export async function saveIntoFolder(exports: ExportCommands, request: FolderRequest, listeners: FolderListeners): Promise<SaveState> {
  try {
    const parent = await pickFolder();
    if (!parent) return { step: 'ready' };
    const folder = await prepare(exports, request, listeners);
    const options = { signal: listeners.signal, onProgress: eachPercent(listeners.onState) };
    await writeFolder(parent, folder.name, filesOf(exports, folder), options);
    return { step: 'saved', names: [`${parent.name}/${folder.name}`] };
  } catch (error) {
    return endOf(error, listeners);
  }
}
