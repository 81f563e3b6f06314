import type { GivenFile } from '../../worker/protocol.ts';

/** What the reader gave: a folder or some files. Listed, not read. */
export interface Given {
  /** What a `local:` ref calls it. */
  readonly name: string;
  readonly files: readonly GivenFile[];
}

/** A model has a few dozen files at most; more is a mistaken folder. */
const mostFiles = 500;
const mostDepth = 4;
const longestName = 120;

declare global {
  interface Window {
    /** Chromium only. */
    showDirectoryPicker?(): Promise<FileSystemDirectoryHandle>;
  }
}

/** A name that a ref can hold: `#` would begin a field. */
export const nameFor = (name: string): string =>
  [...name.trim()].map((letter) => (letter === '#' || letter < ' ' ? '_' : letter)).slice(0, longestName).join('') || 'files';

const isHidden = (path: string): boolean => path.split('/').some((part) => part.startsWith('.'));

/** Files under a common name, hidden ones (`.git`, `.DS_Store`) left out. */
function given(name: string, files: readonly GivenFile[]): Given | null {
  const kept = files.filter(({ path }) => !isHidden(path)).slice(0, mostFiles);
  return kept.length === 0 ? null : { name: nameFor(name), files: kept };
}

/** Loose files are called by the one that holds the weights, or by the first. */
function fromLooseFiles(files: readonly File[]): Given | null {
  const main = files.find(({ name }) => /\.(safetensors|onnx)$/i.test(name)) ?? files[0];
  return given(main?.name ?? '', files.map((file) => ({ path: file.name, file })));
}

/** What an `<input type="file">` holds, with or without `webkitdirectory`. */
export function fromInput(list: Iterable<File>): Given | null {
  const files = [...list];
  const folder = files[0]?.webkitRelativePath?.split('/')[0];
  if (!folder) return fromLooseFiles(files);
  return given(folder, files.map((file) => ({ path: file.webkitRelativePath.split('/').slice(1).join('/') || file.name, file })));
}

/** Every file below a folder that was picked; null where the reader picked none. */
export async function fromPicker(): Promise<Given | null> {
  try {
    const folder = await window.showDirectoryPicker?.();
    return folder ? given(folder.name, await listHandle(folder, '', 0)) : null;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null;
    throw error;
  }
}

async function listHandle(folder: FileSystemDirectoryHandle, prefix: string, depth: number): Promise<GivenFile[]> {
  const found: GivenFile[] = [];
  for await (const entry of folder.values()) {
    const path = prefix + entry.name;
    if (isHidden(path) || found.length >= mostFiles) continue;
    if (entry.kind === 'file') found.push({ path, file: await entry.getFile() });
    else if (depth < mostDepth) found.push(...(await listHandle(entry, `${path}/`, depth + 1)));
  }
  return found;
}

/** What was dropped: one folder, or loose files. Call it within the drop event: the browser forgets the entries after. */
export async function fromDrop(transfer: DataTransfer): Promise<Given | null> {
  const loose = [...transfer.files];
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const folder = entries.find((entry): entry is FileSystemDirectoryEntry => entry.isDirectory);
  return folder ? given(folder.name, await listEntries(folder, '', 0)) : fromLooseFiles(loose);
}

async function listEntries(folder: FileSystemDirectoryEntry, prefix: string, depth: number): Promise<GivenFile[]> {
  const found: GivenFile[] = [];
  const reader = folder.createReader();
  // A reader gives a hundred entries at a time, and none when it is through.
  for (let batch = await read(reader); batch.length > 0; batch = await read(reader)) {
    for (const entry of batch) {
      const path = prefix + entry.name;
      if (isHidden(path) || found.length >= mostFiles) continue;
      if (isFile(entry)) found.push({ path, file: await new Promise<File>((resolve, reject) => entry.file(resolve, reject)) });
      else if (isFolder(entry) && depth < mostDepth) found.push(...(await listEntries(entry, `${path}/`, depth + 1)));
    }
  }
  return found;
}

const read = (reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> => new Promise((resolve, reject) => reader.readEntries(resolve, reject));
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
