import type { Phase } from '../../run/run-events.ts';

export const phaseNames: Readonly<Record<Phase, string>> = {
  load: 'Load',
  calibrate: 'Calibrate',
  database: 'Database',
  search: 'Search',
  'post-train': 'Post-train',
  evaluate: 'Evaluate',
  export: 'Export',
};
