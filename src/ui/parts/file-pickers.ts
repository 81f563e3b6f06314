/** Pickers of the File System Access API (https://wicg.github.io/file-system-access); not every browser has them. */

interface SaveFileOptions {
  readonly suggestedName: string;
  readonly types: readonly { readonly description: string; readonly accept: Readonly<Record<string, readonly string[]>> }[];
}

interface Pickers {
  readonly showSaveFilePicker?: (options: SaveFileOptions) => Promise<FileSystemFileHandle>;
  readonly showDirectoryPicker?: (options: { readonly id: string; readonly mode: 'readwrite' }) => Promise<FileSystemDirectoryHandle>;
}

const pickers: Pickers & { readonly isSecureContext: boolean } = globalThis;

/** What was picked; null where the reader closed the picker without picking. */
async function picked<T>(asking: Promise<T>): Promise<T | null> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null;
    throw error;
  }
}

export const canPickFile = (): boolean => typeof pickers.showSaveFilePicker === 'function';
export const canPickFolder = (): boolean => typeof pickers.showDirectoryPicker === 'function';

/** Asks where a ZIP goes. Has to be called within a click. Null where nothing was picked. */
export async function pickZipFile(name: string): Promise<FileSystemFileHandle | null> {
  if (!pickers.showSaveFilePicker) return null;
  return await picked(pickers.showSaveFilePicker({ suggestedName: name, types: [{ description: 'ZIP archive', accept: { 'application/zip': ['.zip'] } }] }));
}

/** Asks for a folder that may be written to. Has to be called within a click. Null where nothing was picked. */
export async function pickFolder(): Promise<FileSystemDirectoryHandle | null> {
  if (!pickers.showDirectoryPicker) return null;
  return await picked(pickers.showDirectoryPicker({ id: 'model-folder', mode: 'readwrite' }));
}
