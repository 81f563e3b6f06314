import { writeFileHandle } from './write-file-handle.ts';

/** Files on their way to the reader's downloads, in the site's private file system. */
const folderName = 'downloads';

/** Whether a large file can be put together on the disk without a picker. */
export const canWritePrivately = (): boolean =>
  typeof FileSystemFileHandle !== 'undefined' && 'createWritable' in FileSystemFileHandle.prototype && typeof navigator.storage.getDirectory === 'function';

/** Removes what was put together before; a download that the browser has not copied yet breaks off. */
export async function removePrivateFiles(): Promise<void> {
  if (!canWritePrivately()) return;
  const root = await navigator.storage.getDirectory();
  await root.removeEntry(folderName, { recursive: true }).catch(() => undefined); // there was none
}

/**
 * Writes a stream into a private file, in place of any that was there, and gives it as it lies on the disk. After an error or
 * an abort nothing stays. Throws the signal's reason, and what reading or writing throws (QuotaExceededError).
 */
export async function writePrivateFile(name: string, stream: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<File> {
  await removePrivateFiles();
  try {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle(folderName, { create: true });
    const handle = await folder.getFileHandle(name, { create: true });
    await writeFileHandle(handle, stream, signal);
    return await handle.getFile();
  } catch (error) {
    await removePrivateFiles();
    throw error;
  }
}
