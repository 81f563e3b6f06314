import type { EngineStatus } from '../../worker/protocol.ts';

/** True while a run holds the engine: its fixed settings are locked. */
export const isActive = (status: EngineStatus): boolean =>
  status === 'running' || status === 'pausing' || status === 'paused' || status === 'stopping';
