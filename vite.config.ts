import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';
import { offline } from './scripts/offline.ts';
import { ORT_CONDITION, ortFiles } from './scripts/ort-files.ts';
import { contentSecurity, SECURITY_HEADERS } from './scripts/security.ts';
import { shareOrt } from './scripts/share-ort.ts';

/** Cross-origin isolation, without which a page gets no shared memory and so no WASM threads. The site runs without it too. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** Errors tell their class by its name. Those of functions are not kept: with them React is a third larger. */
const classNames = { keepNames: { class: true, function: false } };
const minify = { mangle: classNames, compress: classNames, codegen: true } as const;

export default defineConfig({
  base: './', // every URL is relative, so that the site works under any path
  appType: 'mpa', // a missing file is a 404, as on any static host, and not the page once more
  plugins: [react(), ortFiles(), contentSecurity(), offline()],
  resolve: { conditions: [ORT_CONDITION, ...defaultClientConditions] },
  optimizeDeps: { exclude: ['onnxruntime-web'] }, // its builds are single files already
  worker: { format: 'es', plugins: () => [shareOrt()], rolldownOptions: { output: { minify } } },
  server: { host: '127.0.0.1', headers: isolation },
  preview: { host: '127.0.0.1', headers: { ...isolation, ...SECURITY_HEADERS } },
  build: {
    target: 'es2022', // lowers `using`; browsers with WebGPU or WASM threads have the rest
    rolldownOptions: { input: ['index.html', 'bench.html'], output: { minify } },
    chunkSizeWarningLimit: 1024, // the size that matters is checked by scripts/check-size.mjs
  },
});
