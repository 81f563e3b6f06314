/**
 * Writes a stream into a file. The browser puts the content in place at the end only: after an error or an abort the file is
 * what it was before. Throws the signal's reason, and what reading or writing throws.
 */
export async function writeFileHandle(handle: FileSystemFileHandle, stream: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<void> {
  // The type of what may be written excludes shared memory, which no stream of these holds.
  const writable: WritableStream = await handle.createWritable();
  await stream.pipeTo(writable, { signal });
}

interface Removable {
  /** Not in every browser. */
  readonly remove?: () => Promise<void>;
}

/** Removes a file that was made when it was picked and that nothing was written to; one that had content keeps it. */
export async function removeIfEmpty(handle: FileSystemFileHandle & Removable): Promise<void> {
  try {
    const { size } = await handle.getFile();
    if (size === 0) await handle.remove?.();
  } catch {
    // It is gone already, or may not be removed: an empty file does not look like a whole one.
  }
}
