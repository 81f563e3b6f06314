import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { OutgoingHttpHeaders } from 'node:http';
import { basename, extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Connect, Plugin } from 'vite';

/** What onnxruntime-web fetches at run time: threads' plain build, and the two WebGPU builds (stack switching or not). */
export const ORT_FILES = ['', '.jspi', '.asyncify'].flatMap((build) => [
  `ort-wasm-simd-threaded${build}.mjs`,
  `ort-wasm-simd-threaded${build}.wasm`,
]);

/** With this condition onnxruntime-web resolves to the builds that load those files by path, and does not bundle them. */
export const ORT_CONDITION = 'onnxruntime-web-use-extern-wasm';

const FOLDER = new URL('../node_modules/onnxruntime-web/dist/', import.meta.url);
const TYPES: Readonly<Record<string, string>> = { '.mjs': 'text/javascript', '.wasm': 'application/wasm' };

function pathOf(file: string): string {
  return fileURLToPath(new URL(file, FOLDER));
}

/** `headers` are the dev server's own: without them a thread's script is refused on an isolated page. */
function serveOrtFiles(headers: OutgoingHttpHeaders): Connect.NextHandleFunction {
  return (request, response, next) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const file = basename(path);
    if (!path.endsWith(`/ort/${file}`) || !ORT_FILES.includes(file)) return next();
    response.writeHead(200, { ...headers, 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' });
    createReadStream(pathOf(file)).pipe(response);
  };
}

/**
 * Puts onnxruntime-web's runtime files under `ort/`: in the build as plain files with stable names, in the dev server
 * straight from node_modules (the dev server would otherwise transform the `.mjs` files, which breaks their workers).
 */
export function ortFiles(): Plugin {
  return {
    name: 'ort-files',
    configureServer(server) {
      server.middlewares.use(serveOrtFiles(server.config.server.headers ?? {}));
    },
    async buildStart() {
      if (this.environment.mode !== 'build') return;
      for (const file of ORT_FILES) {
        this.emitFile({ type: 'asset', fileName: `ort/${file}`, source: await readFile(pathOf(file)) });
      }
    },
  };
}
