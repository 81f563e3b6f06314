import { useMemo } from 'react';
import type { Engine } from '../../store/engine.ts';
import { modelStore, useModels } from '../../store/model-store.ts';
import { engineStore, useEngine } from '../../store/run-store.ts';
import { setDrafting, settingsStore, useSettings } from '../../store/settings-store.ts';
import { leaf } from '../../store/view-store.ts';
import { isActive } from '../shell/run-activity.ts';
import { whyNotStart } from '../../store/why-not-start.ts';

/** Why the draft cannot be started now, in a sentence; null where it can. */
export function useWhyNotStart(): string | null {
  const draft = useSettings((settings) => settings.draft);
  const looks = useModels((models) => models.looks);
  const texts = useModels((models) => models.texts);
  const limits = useEngine((engine) => engine.probe?.limits ?? null);
  return useMemo(() => whyNotStart(draft, { looks, texts }, limits), [draft, looks, texts, limits]);
}

/** Starts the draft, unless something speaks against it; a run that is under way ends. Returns whether it did. */
export function startDraft(commands: Engine): boolean {
  const { draft } = settingsStore.getState();
  if (whyNotStart(draft, modelStore.getState(), engineStore.getState().probe?.limits ?? null) !== null) return false;
  const { status } = engineStore.getState();
  // A candidate that is open is of the run before; an address that names one means the run that it begins.
  if (status !== 'idle') leaf({ candidate: null });
  if (isActive(status)) commands.cancel();
  setDrafting(false);
  commands.start(draft);
  return true;
}
