import type { RunConfig } from '../run/run-config.ts';
import type { RunState, SearchState } from './run-state.ts';

export type SearchSettings = RunConfig['search'];

/** Some of the search settings; `undefined` is as if left out. */
export type SearchChanges = { readonly [Key in keyof SearchSettings]?: SearchSettings[Key] | undefined };

/** Search settings with changes laid over them. */
export function withChanges(settings: SearchSettings, changes: SearchChanges | null): SearchSettings {
  if (!changes) return settings;
  return {
    strategy: changes.strategy ?? settings.strategy,
    generations: changes.generations ?? settings.generations,
    offspring: changes.offspring ?? settings.offspring,
    mutation: changes.mutation ?? settings.mutation,
    maxFlips: changes.maxFlips ?? settings.maxFlips,
    // Null is a value here: by the number of modules.
    attentionShare: changes.attentionShare === undefined ? settings.attentionShare : changes.attentionShare,
    stages: changes.stages ?? settings.stages,
    learningRate: changes.learningRate ?? settings.learningRate,
    fitness: changes.fitness ?? settings.fitness,
    earlyStop: changes.earlyStop === undefined ? settings.earlyStop : changes.earlyStop,
  };
}

type Searching = Pick<RunState, 'config'> & { readonly search: Pick<SearchState, 'changes'> | null };

/** The search settings that a generation followed: those the run began with, and every change up to there. */
export function searchAt(run: Searching, generation: number): SearchSettings | null {
  if (!run.config) return null;
  const changes = (run.search?.changes ?? []).filter((change) => change.generation <= generation);
  return changes.reduce((settings, change) => withChanges(settings, change.after), run.config.search);
}

/** The search settings that the run follows now: those it began with, and every change since. */
export const searchInForce = (run: Searching): SearchSettings | null => searchAt(run, Number.POSITIVE_INFINITY);
