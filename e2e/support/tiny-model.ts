import { fileURLToPath } from 'node:url';
import type { BrowserContext } from './test.ts';

const folder = fileURLToPath(new URL('../../fixtures/models/tiny-bytes/', import.meta.url));

/** Puts a model of a few kilobytes where the bundled one lies, for runs of which only the course matters. */
export async function useTinyModel(context: BrowserContext): Promise<void> {
  await context.route(/\/models\/tales-6m\/([\w.]+)$/, (route) => {
    const name = new URL(route.request().url()).pathname.split('/').at(-1) ?? '';
    return route.fulfill({ path: `${folder}${name}` });
  });
}
