/** What the page keeps outside of its folder: files on their way to the reader's downloads, and itself, to open without a network. */

/** As `ui/parts/private-file.ts` names it, which writes there. */
const downloadsFolder = 'downloads';

async function folderBytes(folder: FileSystemDirectoryHandle): Promise<number> {
  let bytes = 0;
  for await (const entry of folder.values()) if (isFile(entry)) bytes += (await entry.getFile()).size;
  return bytes;
}

const isFile = (entry: FileSystemHandle): entry is FileSystemFileHandle => entry.kind === 'file';

/** Files that were put together for the reader to download. */
export const privateDownloads = {
  async bytes(): Promise<number> {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle(downloadsFolder).catch(() => null);
    return folder ? await folderBytes(folder) : 0;
  },
  async remove(): Promise<void> {
    const root = await navigator.storage.getDirectory();
    await root.removeEntry(downloadsFolder, { recursive: true }).catch(() => undefined); // there was none
  },
};

/** As the service worker names its cache (`worker/service-worker.ts`). */
const cacheName = (): string => `darwinlm ${new URL('./', document.baseURI).href}`;

async function cached(): Promise<Cache | null> {
  if (typeof caches === 'undefined' || !(await caches.has(cacheName()))) return null;
  return await caches.open(cacheName());
}

/** The page's own files. */
export const offlineFiles = {
  async bytes(): Promise<number> {
    let bytes = 0;
    for (const response of (await (await cached())?.matchAll()) ?? []) bytes += (await response.blob()).size;
    return bytes;
  },
  /** Empties the cache and leaves it there: the service worker has it open, and fills it again with what is used. */
  async remove(): Promise<void> {
    const cache = await cached();
    for (const request of (await cache?.keys()) ?? []) await cache?.delete(request);
  },
};
