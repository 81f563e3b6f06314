import type { Bench } from './bench.ts';
import { databaseBench } from './database.ts';
import { databaseGpu } from './database-gpu.ts';
import { enginePaths } from './engine-paths.ts';
import { forwardBench } from './forward.ts';
import { generationBench } from './generation.ts';
import { halfPrecision } from './half-precision.ts';
import { modelRates } from './model-rates.ts';

/** What `npm run bench -- NAME` and the page choose from. */
export const groups = {
  database: databaseBench,
  'database-gpu': databaseGpu,
  engine: enginePaths,
  forward: forwardBench,
  generation: generationBench,
  rates: modelRates,
  float16: halfPrecision,
} satisfies Readonly<Record<string, Bench>>;

export type GroupName = keyof typeof groups;
