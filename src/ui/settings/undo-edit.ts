import type { Engine } from '../../store/engine.ts';
import { otherRun } from '../../store/playback-store.ts';
import { engineStore } from '../../store/run-store.ts';
import { redoDraft, settingsStore, undoDraft } from '../../store/settings-store.ts';
import { redoSteering, undoSteering } from '../../store/steering.ts';
import { isActive } from '../shell/run-activity.ts';

/** Whether the settings in view are those of the next run, and not of the one under way. */
const isDraft = (): boolean => !isActive(engineStore.getState().status) || settingsStore.getState().drafting;

/** Takes the last edit of the settings in view back. Returns whether there was one. */
export function undoEdit(commands: Engine): boolean {
  if (otherRun()) return false;
  return isDraft() ? undoDraft() : undoSteering(commands);
}

export function redoEdit(commands: Engine): boolean {
  if (otherRun()) return false;
  return isDraft() ? redoDraft() : redoSteering(commands);
}
