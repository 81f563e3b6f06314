import { engineStore } from '../../store/run-store.ts';
import { go, type View } from '../../store/view-store.ts';
import { redoEdit, undoEdit } from '../settings/undo-edit.ts';
import { startDraft } from '../settings/use-start.ts';
import { useCommands } from './engine-context.ts';
import { openSheet } from './open-sheet.ts';
import { showSettings } from './show-settings.ts';
import { useKeys } from './use-keys.ts';

const statusNow = () => engineStore.getState().status;
const canStep = (): boolean => ['running', 'paused'].includes(statusNow());
const to = (view: View) => () => go({ view, candidate: null });

/** Goes where files are saved, and puts the focus there as soon as the page is drawn. */
function showExport(): void {
  go({ view: 'results', candidate: null });
  let tries = 0;
  const focus = (): void => {
    const place = document.getElementById('export');
    if (place) place.focus();
    else if (++tries < 60) requestAnimationFrame(focus);
  };
  focus();
}

/** The grid of candidates takes the focus, where the arrows then move in it. */
function focusPopulation(): boolean {
  const grid = document.querySelector<HTMLElement>('[role="grid"]');
  grid?.focus();
  return grid !== null;
}

/** The keys of the whole page. Panels have their own. */
export function useRunKeys(): void {
  const commands = useCommands();
  useKeys({
    // A finished run is not replaced by a key.
    play: () => {
      const status = statusNow();
      if (status === 'idle') startDraft(commands);
      else if (status === 'running') commands.pause();
      else if (status === 'paused') commands.play();
    },
    'step-stage': () => canStep() && commands.step('stage'),
    'step-generation': () => canStep() && commands.step('generation'),
    search: to('search'),
    results: to('results'),
    profile: to('profile'),
    runs: to('runs'),
    guide: to('guide'),
    settings: showSettings,
    'next-candidate': focusPopulation,
    'previous-candidate': focusPopulation,
    export: showExport,
    undo: () => undoEdit(commands),
    redo: () => redoEdit(commands),
    keys: () => openSheet('shortcuts'),
  });
}
