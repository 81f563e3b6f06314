import { create } from 'zustand';
import type { SearchSettingsChanges } from '../run/run-config.ts';
import { applyChanges } from '../search/settings.ts';
import { apart, noEdits, record, redo, undo, type Edits } from './edits.ts';
import type { Engine } from './engine.ts';
import { engineStore, type EngineState } from './run-store.ts';
import { searchInForce, withChanges, type SearchSettings } from './search-in-force.ts';

/** Earlier wishes of the reader for the run that is under way, to go back to. */
interface Steering {
  /** Of the run that began then. */
  readonly run: string | null;
  readonly edits: Edits<SearchSettings>;
}

type Tuning = Pick<Engine, 'tune' | 'untune'>;

export const steeringStore = create<Steering>(() => ({ run: null, edits: noEdits }));

const editsOf = (run: string | null): Edits<SearchSettings> => {
  const steering = steeringStore.getState();
  return steering.run === run ? steering.edits : noEdits;
};

/** What the run would follow from the next generation on; null before a run. */
export function wantedSettings({ run, pending }: Pick<EngineState, 'run' | 'pending'>): SearchSettings | null {
  const inForce = searchInForce(run);
  return inForce && withChanges(inForce, pending);
}

/** The changes that lead from one to the other; null where there are none. */
export function changesBetween(from: SearchSettings, to: SearchSettings): SearchSettingsChanges | null {
  const { strategy: _strategy, fitness: _fitness, earlyStop: _earlyStop, ...tunable } = to;
  return applyChanges(from, tunable)?.after ?? null;
}

/** Has the run follow these settings from the next generation on: what differs from those in force is pending, nothing else. */
function ask(engine: Tuning, wanted: SearchSettings): void {
  const { run, pending } = engineStore.getState();
  const inForce = searchInForce(run);
  if (!inForce) return;
  // A search that was lengthened and has gone beyond its first end cannot go back there: it would be over.
  const generations = Math.max(wanted.generations, run.search?.generation ?? 0);
  const changes = changesBetween(inForce, { ...wanted, generations });
  if (pending) engine.untune();
  if (changes) engine.tune(changes);
}

/** Changes what is wanted of the run, so that it can be undone. `alone`: however quickly it follows, it is an edit of its own. */
export function steer(engine: Tuning, changes: SearchSettingsChanges, alone = false): void {
  const state = engineStore.getState();
  const before = wantedSettings(state);
  if (!before) return;
  const run = state.run.startedAt;
  const edits = editsOf(run);
  steeringStore.setState({ run, edits: record(alone ? apart(edits) : edits, before, Date.now()) });
  ask(engine, withChanges(before, changes));
}

function travel(engine: Tuning, to: typeof undo): boolean {
  const state = engineStore.getState();
  const current = wantedSettings(state);
  const run = state.run.startedAt;
  const step = current && to(editsOf(run), current);
  // After its last generation a search follows nothing any more: what was asked would wait for ever.
  if (!step || state.run.search?.finished || state.status === 'stopping') return false;
  steeringStore.setState({ run, edits: step.edits });
  ask(engine, step.state);
  return true;
}

/** Takes the last wish back, whether it still waits or is in force: then it is a change of its own. Returns whether there was one. */
export const undoSteering = (engine: Tuning): boolean => travel(engine, undo);
export const redoSteering = (engine: Tuning): boolean => travel(engine, redo);
