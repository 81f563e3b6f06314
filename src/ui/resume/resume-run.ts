import type { RunConfig } from '../../run/run-config.ts';
import { closePlayback } from '../../store/playback-store.ts';
import type { Engine } from '../../store/engine.ts';
import { go } from '../../store/view-store.ts';
import type { CheckpointSummary } from '../../worker/protocol.ts';

/** Goes on with a run, and shows it. */
export function resumeRun(commands: Engine, { run, config }: Pick<CheckpointSummary, 'run' | 'config'>, backend?: RunConfig['backend']): void {
  closePlayback();
  commands.resume(run, config, backend);
  go({ view: 'search', candidate: null });
}
