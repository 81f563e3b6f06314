import { groups } from './groups.ts';
import { prefill } from './prefill.ts';

/** What the page measures: what Node can, and the comparison with transformers.js, for which the site has to be built. */
export const pageGroups = {
  rates: groups.rates,
  forward: groups.forward,
  prefill,
  database: groups.database,
  'database-gpu': groups['database-gpu'],
  generation: groups.generation,
  float16: groups.float16,
  engine: groups.engine,
};

export type PageGroup = keyof typeof pageGroups;
