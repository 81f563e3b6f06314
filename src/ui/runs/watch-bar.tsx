import { X } from 'lucide-react';
import { useEffect } from 'react';
import { useStore } from 'zustand';
import { checkpointOf, useCheckpoints } from '../../store/checkpoint-store.ts';
import { closePlayback } from '../../store/playback-store.ts';
import type { RunWatch, WatchState } from '../../store/runs/run-watch.ts';
import { useRuns } from '../../store/runs/runs-store.ts';
import { useEngine } from '../../store/run-store.ts';
import { leaf } from '../../store/view-store.ts';
import { count } from '../format/format.ts';
import { Button } from '../parts/button.tsx';
import { StateMark, type MarkedState } from '../parts/state-mark.tsx';
import { resumeRun } from '../resume/resume-run.ts';
import { phaseNames } from '../run-bar/phase-names.ts';
import { useCommands } from '../shell/engine-context.ts';
import { isActive } from '../shell/run-activity.ts';
import { useKeys } from '../shell/use-keys.ts';
import './watch-bar.css';

/** A candidate that is open is the watched run's. */
function close(): void {
  closePlayback();
  leaf({ candidate: null });
}

const marks: Readonly<Record<WatchState['standing'], MarkedState>> = { running: 'note', left: 'warn', over: 'ok', gone: 'warn' };

/** In a sentence, what becomes of the run. */
function sentence(standing: WatchState['standing'], name: string): string {
  switch (standing) {
    case 'running':
      return `You are watching ${name}, which runs in another tab.`;
    case 'left':
      return `The tab that ran ${name} was closed before its end.`;
    case 'over':
      return `${name} is over. You watched it; another tab ran it.`;
    case 'gone':
      return `${name} was deleted.`;
  }
}

/** "generation 12 of 60", else the phase. */
function placeWords({ run: { phase, search, result, failure } }: WatchState): string {
  if (failure) return 'failed';
  if (result) return result.stopped ? 'stopped' : 'finished';
  if (phase === null) return 'starting';
  if (phase === 'search' && search) return `generation ${count(search.generation)} of ${count(search.generations)}`;
  return phaseNames[phase].toLowerCase();
}

/** In the place of the run bar while a run of another tab is watched: whose it is, where it stands, and what can be done. */
export function WatchBar({ watch }: { readonly watch: RunWatch }) {
  const standing = useStore(watch.store, (state) => state.standing);
  const problem = useStore(watch.store, (state) => state.problem);
  const words = useStore(watch.store, placeWords);
  // Space steers nothing here: it must not start a run of this tab's.
  useKeys({ play: () => true, 'step-stage': () => true, 'step-generation': () => true }, 'over');
  const name = useRuns(({ runs, deleted }) => [...(runs ?? []), ...deleted].find(({ id }) => id === watch.id)?.name) ?? 'this run';
  return (
    <nav className="watch-bar" aria-label="Watching">
      <p className="watch-words" role="status">
        <StateMark state={problem ? 'warn' : marks[standing]} />
        <span>
          <strong>{sentence(standing, name)}</strong> <span className="secondary">{problem ? `${problem.what} ${problem.means}` : hint(standing)}</span>
        </span>
      </p>
      <span className="watch-place figures">{words}</span>
      {standing === 'left' && <ResumeHere watch={watch} />}
      <Button onClick={close}>
        <X size={14} aria-hidden />
        Stop watching
      </Button>
    </nav>
  );
}

const hint = (standing: WatchState['standing']): string => (standing === 'running' ? 'Pause, stop and settings are there.' : '');

/** Takes the run over, where it was saved and this tab has no run of its own. */
function ResumeHere({ watch }: { readonly watch: RunWatch }) {
  const commands = useCommands();
  const summary = useCheckpoints(({ list }) => checkpointOf(list, watch.id));
  const busy = useEngine((engine) => isActive(engine.status));
  useEffect(() => commands.checkpoints.list(), [commands]);
  if (!summary) return <span className="note tertiary">Nothing of it was saved to go on from.</span>;
  if (busy) return <span className="note tertiary">It can be resumed here when this tab’s own run is over.</span>;
  return (
    <Button look="primary" onClick={() => resumeRun(commands, summary)}>
      Resume here
    </Button>
  );
}
