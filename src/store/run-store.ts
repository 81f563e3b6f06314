import { create } from 'zustand';
import type { Explanation } from '../base/explained-error.ts';
import type { SearchSettingsChanges } from '../run/run-config.ts';
import type { Speed } from '../run/run-events.ts';
import type { EngineMessage, EngineStatus, ModelSubject } from '../worker/protocol.ts';
import { initialRunState } from './initial-run-state.ts';
import type { Exporting } from './reduce-exporting.ts';
import type { RunState } from './run-state.ts';

export type Probe = Omit<Extract<EngineMessage, { type: 'probed' }>, 'type'>;
export type Sample = Omit<Extract<EngineMessage, { type: 'sampled' }>, 'type'>;

/** The run as the events tell it, and what the engine says beside them. */
export interface EngineState {
  readonly run: RunState;
  readonly status: EngineStatus;
  /** Changes that wait for the next generation. */
  readonly pending: SearchSettingsChanges | null;
  /** The candidate that the user made the parent, from the next generation on. */
  readonly pendingParent: string | null;
  readonly probe: Probe | null;
  readonly probeFailure: Explanation | null;
  /** When the engine was last heard of (milliseconds since 1970), where it has not answered for a minute; null while it answers. */
  readonly silentSince: number | null;
  readonly samples: Readonly<Record<ModelSubject['which'], Sample | null>>;
  /** Speeds that were measured on request, by the id of the model (`dense`, or a candidate's). */
  readonly speeds: Readonly<Record<string, Speed>>;
  readonly measuringSpeed: boolean;
  readonly speedFailure: Explanation | null;
  readonly sampling: boolean;
  readonly sampleFailure: Explanation | null;
  /** Null where nothing is being exported. */
  readonly exporting: Exporting | null;
}

/** What the models of a run were asked for on the side, before anything was. */
export const nothingAsked = {
  samples: { dense: null, parent: null, candidate: null },
  sampling: false,
  sampleFailure: null,
  speeds: {},
  measuringSpeed: false,
  speedFailure: null,
} satisfies Partial<EngineState>;

export const idleEngine: EngineState = {
  run: initialRunState,
  status: 'idle',
  pending: null,
  pendingParent: null,
  probe: null,
  probeFailure: null,
  silentSince: null,
  ...nothingAsked,
  exporting: null,
};

/** Whether a run has come to its end, well or badly. */
export const isOver = (status: EngineStatus): boolean => status === 'finished' || status === 'failed';

/** Written only by the engine's connection (`engine.ts`, `export-commands.ts`). */
export const engineStore = create<EngineState>(() => idleEngine);

/** Subscribes a component to a part of the engine's state (status, pending changes, device, samples). */
export const useEngine = <T>(selector: (engine: EngineState) => T): T => engineStore(selector);
