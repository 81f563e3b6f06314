import type { Bench } from './bench.ts';
import { enginePaths } from './engine-paths.ts';

/** What `npm run bench -- NAME` and the page choose from. */
export const groups = {
  engine: enginePaths,
} satisfies Readonly<Record<string, Bench>>;

export type GroupName = keyof typeof groups;
