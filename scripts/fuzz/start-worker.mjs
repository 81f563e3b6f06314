// In Node 20 tsx's `--import` does not reach worker threads, so this line of plain JavaScript loads the worker through its API.
import { tsImport } from 'tsx/esm/api';

await tsImport('./worker.ts', import.meta.url);
