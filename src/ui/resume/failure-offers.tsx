import { checkpointOf, useCheckpoints } from '../../store/checkpoint-store.ts';
import type { RunConfig } from '../../run/run-config.ts';
import { useRun } from '../../store/use-run.ts';
import type { RunState } from '../../store/run-state.ts';
import { Button } from '../parts/button.tsx';
import { useCommands } from '../shell/engine-context.ts';
import { resumeRun } from './resume-run.ts';
import './resume.css';
import { ago, placeOf } from './resume-words.ts';
import { useNow } from './use-now.ts';

const gaveUp = ({ log }: Pick<RunState, 'log'>): boolean => log.some(({ event }) => event.type === 'device-lost' && event.next === 'give-up');

/** What the run on the page can go on from: as it is listed, or as the engine told when it saved it. */
function useSavedRun(): SavedRun | null {
  const run = useCheckpoints((checkpoints) => checkpoints.run);
  const list = useCheckpoints((checkpoints) => checkpoints.list);
  const saved = useCheckpoints((checkpoints) => checkpoints.saved);
  const config = useRun((state) => state.config);
  const summary = checkpointOf(list, run);
  if (summary) return summary.refused === null ? { ...summary, place: ` ${placeOf(summary)}` } : null;
  const savedAt = saved?.savedAt ?? null;
  return run === null || savedAt === null ? null : { run, config, savedAt, place: '' };
}

interface SavedRun {
  readonly run: string;
  readonly config: RunConfig | null;
  readonly savedAt: string | null;
  /** Where it stood, after a space; empty where that is not known. */
  readonly place: string;
}

/** Ways to go on with a run that failed, where it is saved. */
export function FailureOffers() {
  const commands = useCommands();
  const now = useNow(60_000);
  const lost = useRun(gaveUp);
  const gpu = useRun((state) => state.device?.backend === 'webgpu');
  const saved = useSavedRun();
  if (saved === null) return null;
  return (
    <div className="failure-offers">
      <p className="secondary">
        It is saved as it was{saved.place}
        {saved.savedAt !== null && `, ${ago(now - Date.parse(saved.savedAt))}`}. Nothing before that is lost.
      </p>
      {lost && (
        <Button look="primary" onClick={() => resumeRun(commands, saved, 'wasm')}>
          Go on with WebAssembly
        </Button>
      )}
      <Button look={lost ? 'plain' : 'primary'} onClick={() => resumeRun(commands, saved)}>
        {lost ? 'Try the graphics device again' : 'Resume'}
      </Button>
      {gpu && !lost && <Button onClick={() => resumeRun(commands, saved, 'wasm')}>Go on with WebAssembly</Button>}
    </div>
  );
}
