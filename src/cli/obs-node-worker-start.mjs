// Worker threads do not inherit a TypeScript loader from every parent (under vitest there is none, and in Node 20 tsx's
// `--import` does not reach them), so this line of plain JavaScript loads the worker's entry through tsx's own API.
import { tsImport } from 'tsx/esm/api';

await tsImport('./obs-node-worker.ts', import.meta.url);
