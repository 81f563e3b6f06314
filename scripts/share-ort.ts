import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const OURS = fileURLToPath(new URL('../src/runtime/ort-for-others.ts', import.meta.url));

/** Gives transformers.js the site's onnxruntime in place of the newer one that it brings, which is then not in the build. */
export function shareOrt(): Plugin {
  return {
    name: 'share-ort',
    enforce: 'pre',
    resolveId(source, importer) {
      const theirs = importer?.includes('/@huggingface/transformers/') ?? false;
      return theirs && /^onnxruntime-(?:web|common)(?:\/|$)/.test(source) ? OURS : null;
    },
  };
}
