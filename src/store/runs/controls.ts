import type { RunConfig } from '../../run/run-config.ts';
import { searchInForce } from '../search-in-force.ts';
import type { SearchState } from '../run-state.ts';
import { controlKinds, type ControlKind, type RunRecord, type StoredRun } from './stored-run.ts';

/** What a control is made for: a stored run, or one that is on the page. */
export interface ControlledRun {
  readonly config: RunConfig;
  readonly changes: SearchState['changes'];
  /** Generations that were searched; 0 while the search is not over, and those that are planned count. */
  readonly generations: number;
}

export const controlled = ({ config, changes, curve, state }: RunRecord): ControlledRun => ({ config, changes, generations: state === 'running' ? 0 : curve.fitness.length });

/**
 * The settings as they were in the end, and as many generations as were searched: what a control has to have the same budget as.
 * (What changed on the way cannot be repeated by settings.)
 */
export function settingsAtEnd({ config, changes, generations }: ControlledRun): RunConfig {
  const search = searchInForce({ config, search: { changes } }) ?? config.search;
  return { ...config, search: { ...search, generations: generations > 0 ? generations : search.generations } };
}

/** The settings of a control of that run; null where the run is that control already. */
export function controlConfig(run: ControlledRun, kind: ControlKind): RunConfig | null {
  const config = settingsAtEnd(run);
  const { search } = config;
  if (search.strategy === 'uniform') return null;
  if (kind !== 'untrained') return search.strategy === kind ? null : { ...config, search: { ...search, strategy: kind } };
  if (search.stages.every(({ trainingTokens }) => trainingTokens === 0)) return null;
  return { ...config, search: { ...search, stages: search.stages.map((stage) => ({ ...stage, trainingTokens: 0 })) } };
}

/** With keys in order, so that equal settings give equal texts. */
const inOrder = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, inOrder(inner)]));
};

/** All that a result depends on; without a search its settings do not count. What only rounding depends on is left out. */
function identity({ exports: _exports, backend: _backend, batchTokens: _batch, ...config }: RunConfig): string {
  const { search } = config;
  return JSON.stringify(inOrder(search.strategy === 'uniform' ? { ...config, search: { strategy: 'uniform' } } : config));
}

/** The newest finished run of each control of `run` among `all` (newest first): same settings but for that, nothing changed on the way. */
export function controlsOf(run: ControlledRun, all: readonly StoredRun[]): Partial<Record<ControlKind, StoredRun>> {
  const finished = all.filter(({ state, changes, adopted }) => state === 'finished' && changes.length === 0 && adopted === 0);
  const found: Partial<Record<ControlKind, StoredRun>> = {};
  for (const kind of controlKinds) {
    const config = controlConfig(run, kind);
    const wanted = config && identity(config);
    const control = finished.find((stored) => identity(stored.config) === wanted);
    if (control) found[kind] = control;
  }
  return found;
}
