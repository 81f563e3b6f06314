import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { build, type Plugin } from 'vite';
import type { OfflineFile } from '../src/worker/offline-files.ts';
import { SECURITY_HEADERS } from './security.ts';

/** Large, or not needed by all: kept when they were used once. */
const WHEN_USED = /^(?:ort|models|texts|recordings)\/|^assets\/transformers\b/;
const NEVER = /\.map$|(?:^|\/)README\.md$|^sw\.js$/;
const SOURCE = fileURLToPath(new URL('../src/worker/service-worker.ts', import.meta.url));

const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** Every file of a built site, with the hash of its content. */
export async function offlineFiles(folder: string): Promise<OfflineFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1).replaceAll(sep, '/'));
  const files: OfflineFile[] = [];
  for (const path of paths.toSorted()) {
    if (NEVER.test(path)) continue;
    const content = await readFile(join(folder, path));
    const unpacked = path.endsWith('.gz') ? { unpacked: sha256(gunzipSync(content)) } : {};
    files.push({ path, revision: sha256(content), ...unpacked, when: WHEN_USED.test(path) ? 'use' : 'install' });
  }
  return files;
}

/** The service worker as one classic script, which knows the files of this build. */
async function serviceWorker(files: readonly OfflineFile[]): Promise<string> {
  const output = await build({
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    define: { OFFLINE_FILES: JSON.stringify(files), SECURITY_HEADERS: JSON.stringify(SECURITY_HEADERS) },
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
