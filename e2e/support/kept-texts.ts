import type { Page } from '@playwright/test';

/** All that a page's site keeps in the browser, as text under the place where it lies; what is packed with gzip, unpacked. */
export function keptTexts(page: Page): Promise<Readonly<Record<string, string>>> {
  return page.evaluate(async () => {
    const found: Record<string, string> = { cookies: document.cookie, local: JSON.stringify({ ...localStorage }), session: JSON.stringify({ ...sessionStorage }), history: JSON.stringify(history.state) };
    const textOf = async (blob: Blob): Promise<string> => {
      const start = new Uint8Array(await blob.slice(0, 2).arrayBuffer());
      const packed = start[0] === 0x1f && start[1] === 0x8b;
      return new Response(packed ? blob.stream().pipeThrough(new DecompressionStream('gzip')) : blob).text();
    };
    const walk = async (folder: FileSystemDirectoryHandle, path: string): Promise<void> => {
      for await (const [name, handle] of folder as unknown as AsyncIterable<[string, FileSystemDirectoryHandle | FileSystemFileHandle]>) {
        if (handle.kind === 'directory') await walk(handle, `${path}${name}/`);
        else found[path + name] = await textOf(await handle.getFile());
      }
    };
    const read = <T>(request: IDBRequest<T>): Promise<T> => new Promise((resolve, reject) => {
      request.addEventListener('success', () => resolve(request.result));
      request.addEventListener('error', () => reject(request.error ?? new Error('not read')));
    });
    /** Bytes in a stored value lie at any depth. */
    const unfold = async (value: unknown): Promise<unknown> => {
      if (value instanceof Blob) return textOf(value);
      if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return textOf(new Blob([value as BlobPart]));
      if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? String(value) : value;
      return Promise.all(Object.entries(value).map(async ([name, part]) => [name, await unfold(part)]));
    };
    await walk(await navigator.storage.getDirectory(), 'files/');
    for (const { name } of await indexedDB.databases()) {
      const database = await read(indexedDB.open(name ?? ''));
      for (const store of database.objectStoreNames) {
        const values = await read(database.transaction(store).objectStore(store).getAll());
        found[`database/${name}/${store}`] = JSON.stringify(await unfold(values));
      }
      database.close();
    }
    for (const name of await caches.keys()) {
      const kept = await (await caches.open(name)).keys();
      found[`cache/${name}`] = JSON.stringify(kept.map((request) => [request.url, ...request.headers]));
    }
    return found;
  });
}
