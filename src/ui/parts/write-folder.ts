import { openWhole, type FolderFile } from './folder-file.ts';
import { writeFileHandle } from './write-file-handle.ts';

interface Options {
  readonly signal: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** The folder that a path lies in, made where it is not there, and the path's last part. */
async function placeOf(root: FileSystemDirectoryHandle, path: string): Promise<readonly [FileSystemDirectoryHandle, string]> {
  const parts = path.split('/');
  let folder = root;
  for (const part of parts.slice(0, -1)) folder = await folder.getDirectoryHandle(part, { create: true });
  return [folder, parts.at(-1) ?? path];
}

async function removeQuietly(root: FileSystemDirectoryHandle, path: string): Promise<void> {
  try {
    const [folder, name] = await placeOf(root, path);
    await folder.removeEntry(name);
  } catch {
    // It was not there.
  }
}

/** Folders that hold nothing go; others stay. */
async function removeEmptyFolders(root: FileSystemDirectoryHandle, files: readonly FolderFile[]): Promise<void> {
  const folders = new Set(files.flatMap(({ path }) => path.split('/').slice(0, -1).map((_, index, parts) => parts.slice(0, index + 1).join('/'))));
  for (const folder of [...folders].sort((a, b) => b.length - a.length)) await removeQuietly(root, folder);
}

/**
 * Writes files into the folder `name` of another, in their order; the last of them (the manifest) is what tells that the folder
 * is whole, so an older one is removed first. After an error or an abort nothing that was written stays. Throws the signal's
 * reason, and what opening, reading or writing throws.
 */
export async function writeFolder(parent: FileSystemDirectoryHandle, name: string, files: readonly FolderFile[], { signal, onProgress }: Options): Promise<void> {
  signal.throwIfAborted();
  const root = await parent.getDirectoryHandle(name, { create: true });
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const last = files.at(-1);
  if (last) await removeQuietly(root, last.path);
  const begun: string[] = [];
  let done = 0;
  try {
    for (const file of files) {
      signal.throwIfAborted();
      const blob = await openWhole(file);
      const [folder, base] = await placeOf(root, file.path);
      begun.push(file.path);
      await writeFileHandle(await folder.getFileHandle(base, { create: true }), blob.stream(), signal);
      done += file.size;
      onProgress?.(done, total);
    }
  } catch (error) {
    for (const path of begun) await removeQuietly(root, path);
    await removeEmptyFolders(root, files);
    await parent.removeEntry(name).catch(() => undefined); // stays where it holds something else
    throw error;
  }
}
