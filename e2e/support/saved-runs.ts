import type { Page } from './test.ts';

/** Runs that something is saved of, in the site's private files. */
export const savedRuns = (page: Page): Promise<readonly string[]> =>
  page.evaluate(async () => {
    const names: string[] = [];
    try {
      const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('darwinlm');
      for await (const name of (await folder.getDirectoryHandle('checkpoints')).keys()) names.push(name);
    } catch (error) {
      if (!(error instanceof DOMException && error.name === 'NotFoundError')) throw error; // nothing was saved yet
    }
    return names;
  });
