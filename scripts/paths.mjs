/** Where things are: every script works from the repository's root, wherever it was called from. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Absolute path of something in the repository. */
export function inRoot(...parts) {
  return join(ROOT, ...parts);
}
