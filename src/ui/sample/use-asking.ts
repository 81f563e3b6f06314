import { useWatchedRun } from '../../store/playback-store.ts';
import { useEngine } from '../../store/run-store.ts';
import { settingsStore, useSettings } from '../../store/settings-store.ts';
import { useIsLive, useRun } from '../../store/use-run.ts';
import type { ModelSubject } from '../../worker/protocol.ts';
import { useCommands } from '../shell/engine-context.ts';

/** Asking some of the run's models for text, with the prompt and the settings that all share. */
export interface Asking {
  /** Why nothing can be asked now, to be shown; null where one can. */
  readonly reason: string | null;
  /** Text is being written, for whichever part of the page asked. */
  readonly busy: boolean;
  readonly ask: () => void;
  readonly stop: () => void;
}

export function useAsking(subjects: readonly ModelSubject[]): Asking {
  const commands = useCommands();
  const reason = useReason();
  const busy = useEngine((engine) => engine.sampling);
  const empty = useSettings((settings) => settings.prompt.trim() === '');
  const hasChat = useRun((run) => run.model?.chat === true);
  const ask = () => {
    if (reason !== null || busy || empty) return;
    const { prompt, sampling } = settingsStore.getState();
    commands.sample({ subjects, prompt, ...sampling, chat: sampling.chat && hasChat });
  };
  return { reason: reason ?? (empty ? 'Write a prompt first.' : null), busy, ask, stop: () => commands.stopSample() };
}

/** Why the models cannot write, whatever the prompt. */
function useReason(): string | null {
  const live = useIsLive();
  const watching = useWatchedRun() !== null;
  const searching = useRun((run) => run.search !== null);
  const failed = useEngine((engine) => engine.status === 'failed');
  if (watching) return 'Its models are in the tab that runs it, and write there.';
  if (!live) return 'A recording brings no models along, so nothing can be written here. A run on this device can.';
  if (failed) return 'The run ended with a fault and its models are gone. They write again in the next run.';
  return searching ? null : 'The models can write once the search has begun.';
}
