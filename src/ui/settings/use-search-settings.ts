import { useMemo } from 'react';
import type { SearchSettingsChanges } from '../../run/run-config.ts';
import { useEngine } from '../../store/run-store.ts';
import { searchInForce, withChanges, type SearchSettings } from '../../store/search-in-force.ts';
import { editSearch, useSettings } from '../../store/settings-store.ts';
import { steer } from '../../store/steering.ts';
import { useIsLive, useRun } from '../../store/use-run.ts';
import { useCommands } from '../shell/engine-context.ts';
import { isActive } from '../shell/run-activity.ts';

export interface EditableSearch {
  /** What the controls show: the draft, or what the run follows with the pending changes over it. */
  readonly shown: SearchSettings;
  /** What the run follows now; null before a run. */
  readonly inForce: SearchSettings | null;
  /** `draft`: before a run. `live`: acts from the next generation. `closed`: the search is over. `recorded`: it was another time. */
  readonly mode: 'draft' | 'live' | 'closed' | 'recorded';
  readonly edit: (changes: SearchSettingsChanges) => void;
  /** As `edit`, by a button that takes changes back. */
  readonly revert: (changes: SearchSettingsChanges) => void;
}

const nothing = (): void => {};

/** The search settings that the rail shows, and where an edit goes. */
export function useSearchSettings(): EditableSearch {
  const commands = useCommands();
  const live = useIsLive();
  const draft = useSettings((settings) => settings.draft.search);
  const drafting = useSettings((settings) => settings.drafting);
  const active = useEngine((engine) => isActive(engine.status));
  const stopping = useEngine((engine) => engine.status === 'stopping');
  const pending = useEngine((engine) => engine.pending);
  const config = useRun((run) => run.config);
  const changes = useRun((run) => run.search?.changes);
  const finished = useRun((run) => run.search?.finished ?? false);
  // Keyed on the two parts that it depends on, so that it is not laid over anew with every event.
  const inForce = useMemo(() => searchInForce({ config, search: changes ? { changes } : null }), [config, changes]);
  if (!live && inForce) return { shown: inForce, inForce, mode: 'recorded', edit: nothing, revert: nothing };
  if (!active || drafting || !inForce) return { shown: draft, inForce: null, mode: 'draft', edit: editSearch, revert: editSearch };
  const closed = stopping || finished;
  return {
    shown: withChanges(inForce, pending),
    inForce,
    mode: closed ? 'closed' : 'live',
    edit: (next) => steer(commands, next),
    revert: (next) => steer(commands, next, true),
  };
}

/** Whether what is shown can be changed. */
export const isEditable = (mode: EditableSearch['mode']): boolean => mode === 'draft' || mode === 'live';
