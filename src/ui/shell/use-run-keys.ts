import { useEffect } from 'react';
import type { Engine } from '../../store/engine.ts';
import { engineStore } from '../../store/run-store.ts';
import { startDraft } from '../settings/use-start.ts';
import { useCommands } from './engine-context.ts';
import { isForThePage } from './shortcuts.ts';

/** Space: start, pause, resume. A finished run is not replaced by a key. */
function space(commands: Engine): void {
  const { status } = engineStore.getState();
  if (status === 'idle') startDraft(commands);
  else if (status === 'running') commands.pause();
  else if (status === 'paused') commands.play();
}

function step(commands: Engine): void {
  const { status } = engineStore.getState();
  if (status === 'running' || status === 'paused') commands.step();
}

interface Openers {
  readonly onSettings: () => void;
  readonly onShortcuts: () => void;
}

/** The keys of the run: Space, `.`, S, `?`. Panels have their own. */
export function useRunKeys({ onSettings, onShortcuts }: Openers): void {
  const commands = useCommands();
  useEffect(() => {
    const actions: Readonly<Record<string, () => void>> = {
      ' ': () => space(commands),
      '.': () => step(commands),
      s: onSettings,
      '?': onShortcuts,
    };
    const onKeyDown = (event: KeyboardEvent) => {
      const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!action || event.repeat || !isForThePage(event)) return;
      event.preventDefault();
      action();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [commands, onSettings, onShortcuts]);
}
