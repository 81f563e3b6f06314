import type { RunLibrary } from './run-library.ts';

/** The library, with its program loaded when it is first asked for. */
export const loadRuns = (): Promise<RunLibrary> => import('./run-library.ts').then(({ openLibrary }) => openLibrary());
