import type { RunConfig } from '../../run/run-config.ts';

/** What the fitness is called beside its value. */
export const fitnessName = (config: RunConfig | null): string => (config?.search.fitness === 'perplexity' ? 'perplexity' : 'KL');
