import { OpfsStorage } from '../../storage/opfs-storage.ts';
import { siteFolder } from '../../storage/site-folder.ts';
import { StorageUnavailableError } from '../../storage/storage-errors.ts';
import type { Storage } from '../../storage/storage.ts';

/** The page looks at its files and deletes them by itself: the engine may compute for seconds without hearing anything. */
export const siteFiles: Storage = new OpfsStorage(siteFolder);

/** Every file of the site with its size; none where the browser keeps no files. */
export async function listSiteFiles(): Promise<readonly { readonly path: string; readonly size: number }[]> {
  try {
    return await siteFiles.list();
  } catch (error) {
    if (error instanceof StorageUnavailableError) return [];
    throw error;
  }
}
