import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';
import type { OfflineFile } from '../src/worker/offline-files.ts';

/** Large, or not needed by all: kept when they were used once. */
const WHEN_USED = /^(?:ort|models|texts|recordings)\/|^assets\/transformers\b/;
const NEVER = /\.map$|(?:^|\/)README\.md$|^sw\.js$/;
const SOURCE = fileURLToPath(new URL('../src/worker/service-worker.ts', import.meta.url));

/** Every file of a built site, with a revision by its content. */
export async function offlineFiles(folder: string): Promise<OfflineFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1).replaceAll(sep, '/'));
  const files: OfflineFile[] = [];
  for (const path of paths.toSorted()) {
    if (NEVER.test(path)) continue;
    const revision = createHash('sha256').update(await readFile(join(folder, path))).digest('hex').slice(0, 12);
    files.push({ path, revision, when: WHEN_USED.test(path) ? 'use' : 'install' });
  }
  return files;
}

/** The service worker as one classic script, which knows the files of this build. */
async function serviceWorker(files: readonly OfflineFile[]): Promise<string> {
  const output = await build({
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    define: { OFFLINE_FILES: JSON.stringify(files) },
    build: { write: false, target: 'es2022', lib: { entry: SOURCE, formats: ['iife'], name: 'serviceWorker', fileName: 'sw' } },
  });
  const [first] = Array.isArray(output) ? output : [output];
  if (!first || !('output' in first)) throw new Error('the service worker was not built');
  return first.output[0].code;
}

/** Puts `sw.js` beside the built page, last, when all other files are written. There is none in development. */
export function offline(): Plugin {
  let folder = '';
  return {
    name: 'offline',
    apply: 'build',
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir);
    },
    writeBundle: {
      order: 'post',
      sequential: true,
      async handler() {
        if (this.environment.mode === 'build') await writeFile(join(folder, 'sw.js'), await serviceWorker(await offlineFiles(folder)));
      },
    },
  };
}
