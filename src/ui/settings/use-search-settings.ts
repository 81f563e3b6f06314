import { useMemo } from 'react';
import type { SearchSettingsChanges } from '../../run/run-config.ts';
import { useEngine } from '../../store/run-store.ts';
import { useRun } from '../../store/use-run.ts';
import { searchInForce, withChanges, type SearchSettings } from '../../store/search-in-force.ts';
import { editSearch, useSettings } from '../../store/settings-store.ts';
import { useCommands } from '../shell/engine-context.ts';
import { isActive } from '../shell/run-activity.ts';
import { describeChanges } from './describe-changes.ts';

export interface EditableSearch {
  /** What the controls show: the draft, or what the run follows with the pending changes over it. */
  readonly shown: SearchSettings;
  /** What the run follows now; null before a run. */
  readonly inForce: SearchSettings | null;
  /** `draft`: before a run. `live`: acts from the next generation. `closed`: the search is over. */
  readonly mode: 'draft' | 'live' | 'closed';
  readonly edit: (changes: SearchSettingsChanges) => void;
}

/** The search settings that the rail shows, and where an edit goes. */
export function useSearchSettings(): EditableSearch {
  const commands = useCommands();
  const draft = useSettings((settings) => settings.draft.search);
  const active = useEngine((engine) => isActive(engine.status));
  const stopping = useEngine((engine) => engine.status === 'stopping');
  const pending = useEngine((engine) => engine.pending);
  const config = useRun((run) => run.config);
  const search = useRun((run) => run.search);
  const changes = search?.changes;
  // Keyed on the two parts that it depends on, so that it is not laid over anew with every event.
  const inForce = useMemo(() => searchInForce({ config, search: changes ? { changes } : null }), [config, changes]);
  if (!active || !inForce) return { shown: draft, inForce: null, mode: 'draft', edit: editSearch };
  const closed = stopping || (search?.finished ?? false);
  const edit = (next: SearchSettingsChanges) => {
    const wanted = { ...pending, ...next };
    if (describeChanges(inForce, wanted).length === 0) commands.untune();
    else commands.tune(next);
  };
  return { shown: withChanges(inForce, pending), inForce, mode: closed ? 'closed' : 'live', edit };
}
